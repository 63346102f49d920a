// The host's texts for labels.

import { isObject, snake } from "./read.js";

/** The host's text for a label, `Rang {rank}`, with its values in place of the names in braces. */
export function label(labels, name, values) {
  const found = isObject(labels) && Object.entries(labels).find(([key]) => snake(key) === name);
  if (!found) return undefined;
  return String(found[1]).replace(/\{(\w+)\}/g, (braces, key) => {
    const i = values.findIndex((value, i) => i % 2 === 0 && value === snake(key));
    return i < 0 ? braces : values[i + 1];
  });
}
