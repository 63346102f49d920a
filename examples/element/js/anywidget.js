// The element as an anywidget: the traits of the model are the properties of the element, in Python's spelling.

import { NAME, PROPERTIES } from "./custom-element.js";
import { Problem } from "./read.js";

const snake = (word) => word.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

// `None`, `{}`, `()`, `""` and `b""`: traits of Python have a value from the start.
const isEmpty = (value) =>
  value == null || value.length === 0 || value.byteLength === 0 || (value.constructor === Object && Object.keys(value).length === 0);

/** The bytes of a matrix, 32 or 64 bits a number, with its shape. */
function matrix(bytes, shape) {
  const count = (shape ?? []).reduce((product, side) => product * side, 1);
  const Numbers = { [4 * count]: Float32Array, [8 * count]: Float64Array }[bytes.byteLength];
  // Where they are set one after the other, they fit once both are there.
  if (!Numbers) return new Problem(`its ${bytes.byteLength} bytes are not 32 or 64 bits for each number of the shape [${shape ?? ""}]`);
  // A copy, since the bytes may start anywhere in a message.
  return { data: new Numbers(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)), shape };
}

/** The function `render` of an anywidget. It adds the stylesheet, since some hosts draw a widget in a shadow tree of its own. */
export const renderWith =
  (stylesheet) =>
  ({ model, el }) => {
    const style = document.createElement("style");
    style.textContent = stylesheet;
    const explorer = document.createElement(NAME);
    // JupyterLab has shortcuts on the arrow keys, too. This leaves them to what has the focus, and counts there alone.
    explorer.addEventListener("focusin", (event) => {
      event.target.dataset.lmSuppressShortcuts = "true";
    });
    const followed = [];
    const follow = (trait, read) => {
      if (model.get(trait) === undefined) return;
      model.on(`change:${trait}`, read);
      followed.push([`change:${trait}`, read]);
      read();
    };
    for (const property of Object.values(PROPERTIES)) {
      const trait = snake(property);
      const read = () => {
        let value = model.get(trait);
        if (isEmpty(value)) value = undefined;
        else if (value instanceof DataView) value = matrix(value, model.get("shape"));
        explorer[property] = value;
      };
      follow(trait, read);
      if (property === "targetMatrix") follow("shape", read);
    }
    const rank = ["rank", "r"].find((trait) => model.get(trait) !== undefined);
    if (rank) {
      follow(rank, () => {
        explorer.r = model.get(rank);
      });
      explorer.addEventListener("rankchange", ({ detail }) => {
        model.set(rank, detail.rank);
        model.save_changes();
      });
    }
    el.append(style, explorer);
    return () => {
      for (const [event, read] of followed) model.off(event, read);
      explorer.remove();
      style.remove();
    };
  };
