// What a host gives, read. What cannot be read throws an error that says why.

const IS_PROBLEM = Symbol.for("lora-rank-explorer.problem");

/** What is no value, and why. Another copy of the module, whose element the page may have, knows it, too. */
export class Problem {
  [IS_PROBLEM] = true;

  constructor(reason) {
    this.reason = reason;
  }

  static [Symbol.hasInstance](value) {
    return value?.[IS_PROBLEM] === true;
  }
}

const SWITCHES = ["cost", "pointing", "sentence", "terms"];
const LISTS = ["markers", "numbers", "terms"];
const WORDS = ["metric", "transition"];

export const refuse = (reason) => {
  throw new Error(reason);
};

/** The value that the text of the attribute `name` stands for. */
export function fromAttribute(name, text) {
  const trimmed = text.trim();
  if (name === "heading") return text;
  // Without a value, a switch is on, and a target is on its way.
  if (trimmed === "") return SWITCHES.includes(name) ? true : LISTS.includes(name) ? [] : null;
  const isJson = /^[[{"]/.test(trimmed);
  if (LISTS.includes(name) && !isJson) return trimmed.split(/[\s,]+/);
  // Lines with commas.
  if (name === "observations" && !isJson) return text;
  if (WORDS.includes(name) && !isJson) return trimmed;
  try {
    return JSON.parse(trimmed);
  } catch (error) {
    return name === "r" || name === "default-r" ? trimmed : new Problem(`the attribute ${name} is not JSON: ${error.message}`);
  }
}

export const show = (value) => {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
};

export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
export const isList = (value) => Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
export const isCount = (count) => Number.isInteger(count) && count >= 0 && count < 2 ** 32;

/** `energyAtLeast`, `energy-at-least` and `energy_at_least` are the same. */
export const snake = (word) => word.replaceAll("-", "_").replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The fields of an object, which may have these names and no others. */
export function fields(value, names) {
  if (!isObject(value)) refuse(`${show(value)} is not an object with ${names.join(", ")}`);
  const found = Object.fromEntries(Object.entries(value).map(([name, field]) => [snake(name), field ?? undefined]));
  const unknown = Object.keys(found).find((name) => !names.includes(name));
  return unknown ? refuse(`\`${unknown}\` is none of ${names.join(", ")}`) : found;
}

export const count = (value, name) => (isCount(value) ? value : refuse(`${name} is ${show(value)}, and must be a whole number`));
export const number = (value, name) => (typeof value === "number" ? value : refuse(`${name} is ${show(value)}, and must be a number`));
export const text = (value, name) => (typeof value === "string" ? value : refuse(`${name} is ${show(value)}, and must be a text`));
export const orNone = (read, value, name) => (value == null ? undefined : read(value, name));

// Anything but a number would become one in a typed array: null a 0. BigInts throw.
export const numbers = (list) =>
  Array.isArray(list) ? Float64Array.from(list, (entry) => (typeof entry === "number" ? entry : NaN)) : Float64Array.from(list);

/** The rank that is given as `r` or `default-r`; undefined if none is. */
export function rank(value) {
  if (value == null) return undefined;
  return isCount(value) ? value : refuse(`${show(value)} is not a rank, which is a whole number from 1`);
}

const SPECTRUM = ["rows", "cols", "singular_values", "frobenius_norm", "rounding"];

export function spectrum(value) {
  if (isList(value)) refuse("a spectrum is { rows, cols, singularValues }");
  const given = fields(value, SPECTRUM);
  if (!isList(given.singular_values)) refuse("singularValues is not a list of numbers");
  return [
    count(given.rows, "rows"),
    count(given.cols, "cols"),
    numbers(given.singular_values),
    orNone(number, given.frobenius_norm, "frobeniusNorm"),
    orNone(number, given.rounding, "rounding"),
  ];
}
