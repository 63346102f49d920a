// The page and its worker both begin here: the program asks where it runs.
import init from "./adapter.js";

init();
