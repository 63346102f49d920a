// What a host gives, as the numbers and the JSON that Rust reads.

/** A value that cannot be read, and why. */
export class Problem {
  constructor(reason) {
    this.reason = reason;
  }
}

const SWITCHES = new Set(["cost", "pointing", "sentence"]);
const LISTS = new Set(["markers", "numbers"]);
const WORDS = new Set(["metric", "transition", "heading"]);

/** The value that an attribute's text stands for. */
export function fromAttribute(name, text) {
  const trimmed = text.trim();
  if (name === "heading") return text;
  // Written without a value, a switch is on, and a target is on its way.
  if (trimmed === "") return SWITCHES.has(name) ? true : LISTS.has(name) ? [] : null;
  const isJson = /^[[{"]/.test(trimmed);
  if (LISTS.has(name) && !isJson) return trimmed.split(/[\s,]+/);
  if (WORDS.has(name) && !isJson) return trimmed;
  try {
    return JSON.parse(trimmed);
  } catch (error) {
    return name === "r" || name === "default-r"
      ? new Problem(`${JSON.stringify(trimmed)} is not a rank, which is a whole number from 1`)
      : new Problem(`the attribute ${name} is not JSON: ${error.message}`);
  }
}

const isList = (value) => Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

// Anything but a number would become one in a typed array: null a 0.
const numbers = (list) =>
  ArrayBuffer.isView(list) ? Float64Array.from(list) : Float64Array.from(list, (entry) => (typeof entry === "number" ? entry : NaN));

const isCount = (count) => Number.isInteger(count) && count >= 0 && count < 2 ** 32;

/** Gives `explorer` a matrix: rows, or entries with a shape (`{ data, shape }`, also a tensor's `dims`, or `rows` and `cols`). */
function giveMatrix(explorer, value) {
  const [rows, cols] = value.shape ?? value.dims ?? [value.rows, value.cols];
  const data = isList(value) && !Array.isArray(value) ? value : value.data;
  if (isList(data)) {
    if (!isCount(rows) || !isCount(cols)) throw new Error("the entries of a matrix need its shape, [rows, columns]");
    explorer.give_entries(rows, cols, numbers(data));
    return;
  }
  if (!Array.isArray(value) || !value.every(isList)) throw new Error("a matrix is rows of numbers, or { data, shape: [rows, columns] }");
  const entries = new Float64Array(value.reduce((sum, row) => sum + row.length, 0));
  let start = 0;
  for (const row of value) {
    entries.set(numbers(row), start);
    start += row.length;
  }
  explorer.give_rows(entries, Uint32Array.from(value, (row) => row.length));
}

const snake = (word) => word.replaceAll("-", "_").replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

// JavaScript's spelling becomes Rust's, typed arrays become lists, and what JSON has no number for a text that no number is read from.
function write(value, inChoice, key) {
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (typeof value === "string") return inChoice && key !== "name" ? snake(value) : value;
  if (value === null || typeof value !== "object") return value;
  if (isList(value)) return Array.from(value, (item) => write(item, inChoice));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [snake(name), write(item, inChoice, name)]));
}

/** Gives `explorer` the value of the attribute or property `name`; `undefined` takes it back. */
export function give(explorer, name, value) {
  try {
    if (value === null && (name === "r" || name === "default-r")) value = undefined;
    if (value instanceof Problem) throw new Error(value.reason);
    if (name === "target-matrix" && value != null) {
      giveMatrix(explorer, value);
      return;
    }
    if (name === "spectrum" && isList(value)) throw new Error("a spectrum is { rows, cols, singularValues }");
    explorer.give(name, JSON.stringify(write(value, name === "markers" || name === "axes")));
  } catch (error) {
    explorer.give(name, undefined, error.message);
  }
}
