// The package in one file, with wasm and stylesheet in it, which is an anywidget, too.

import { Explorer, initSync } from "./explorer.js";
import wasm from "./explorer_bg.wasm";
import stylesheet from "./style.css";
import { define } from "./custom-element.js";
import { renderWith } from "./anywidget.js";

export { stylesheet };
export const LoRaRankExplorerElement = define(async () => {
  initSync({ module: await WebAssembly.compile(wasm) });
  return Explorer;
});
export default { render: renderWith(stylesheet) };
