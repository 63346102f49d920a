import init from "./gallery.js";

init();
