import init from "./workbench.js";

init();
