import init from "./adapter.js";

init();
