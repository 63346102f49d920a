// The package: the element, with its wasm as a file beside this one.

import init, { Explorer } from "./explorer.js";
import { define } from "./custom-element.js";

export const LoRaRankExplorerElement = define(() => init().then(() => Explorer));
