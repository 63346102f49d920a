// Hands what a host gives to Rust: `explorer` is Rust's half. Each function returns what is wrong, or throws it.

import { unknownLabel } from "./labels.js";
import { Problem, count, fields, isCount, isList, isObject, number, numbers, orNone, rank, refuse, show, snake, spectrum, text } from "./read.js";

/** Rows, or entries with a shape: `{ data, shape }`, also a tensor's `dims`, or `rows` and `cols`. */
function giveMatrix(explorer, value) {
  const data = isList(value) && !Array.isArray(value) ? value : value.data;
  if (isList(data)) {
    // Where a browser has no Float16Array, other libraries hold the bits of such numbers in integers.
    if (/^b?float(8|16)/.test(value.type) && /^(Ui|I)nt/.test(data.constructor.name)) refuse(`its numbers are the bits of ${value.type}: give them as float32`);
    const [rows, cols, more] = value.shape ?? value.dims ?? [value.rows, value.cols];
    if (!isCount(rows) || !isCount(cols) || more !== undefined) refuse("the entries of a matrix need its shape, [rows, columns]");
    explorer.give_entries(rows, cols, numbers(data));
    return;
  }
  if (!Array.isArray(value) || !value.every(isList)) refuse("a matrix is rows of numbers, or { data, shape: [rows, columns] }");
  const entries = new Float64Array(value.reduce((sum, row) => sum + row.length, 0));
  let start = 0;
  for (const row of value) {
    entries.set(numbers(row), start);
    start += row.length;
  }
  explorer.give_rows(entries, Uint32Array.from(value, (row) => row.length));
}

/** Gives the target: the spectrum where there is one, or else the matrix; `null` is on its way. */
export function giveTarget(explorer, given) {
  const name = given.has("spectrum") ? "spectrum" : "target-matrix";
  const value = given.get(name);
  try {
    if (value instanceof Problem) refuse(value.reason);
    if (value === undefined) explorer.give_no_target();
    else if (value === null) explorer.give_target_later();
    else if (name === "spectrum") explorer.give_spectrum(...spectrum(value));
    else giveMatrix(explorer, value);
  } catch (error) {
    explorer.give_bad_target(error.message);
  }
}

/** Gives each entry of a list, and refuses those that cannot be read once the others are given. */
function each(list, what, give) {
  if (!Array.isArray(list)) refuse(`${show(list)} is not a list of ${what}`);
  const problems = [];
  for (const [i, entry] of list.entries()) {
    try {
      const problem = give(entry);
      if (problem) problems.push(`entry ${i + 1}: ${problem}`);
    } catch (error) {
      problems.push(`entry ${i + 1}: ${error.message}`);
    }
  }
  return problems.join("; ");
}

// The rules with two numbers.
const PAIRS = {
  sigma_above_up_to: ["value", "max_rank"],
  residual_of_base: ["share", "base_norm"],
  at_most_bytes: ["budget", "bytes_per_value"],
};

function addTarget(explorer, entry) {
  if (!isObject(entry)) refuse(`${show(entry)} is not a rule, such as { energyAtLeast: 0.9 }`);
  const { name, rule = entry } = entry;
  const [[key, value] = [], ...more] = Object.entries(rule);
  if (key === undefined || more.length > 0) refuse(`${show(rule)} is not one rule, such as { energyAtLeast: 0.9 }`);
  const called = snake(key);
  const pair = PAIRS[called];
  const [first, second] = pair ? pair.map((field) => number(fields(value, pair)[field], field)) : [number(value, key), 0];
  const isWhole = called === "at_most_bytes" ? [first, second].every(Number.isSafeInteger) : called !== "sigma_above_up_to" || isCount(second);
  if (!isWhole || (called === "at_most_bytes" && Math.min(first, second) < 0)) refuse(`${show(value)} has something else than whole numbers`);
  return explorer.add_target(orNone(text, name, "name"), called, first, second);
}

function addMarker(explorer, entry) {
  if (typeof entry === "string") return explorer.add_suggestion(undefined, snake(entry));
  const given = fields(entry, ["name", "rank", "suggestion"]);
  const name = text(given.name, "name");
  if ((given.rank === undefined) === (given.suggestion === undefined)) refuse(`\`${name}\` needs either rank or suggestion`);
  if (given.suggestion !== undefined) return explorer.add_suggestion(name, snake(text(given.suggestion, "suggestion")));
  explorer.add_rank(name, rank(given.rank));
}

function giveAxes(explorer, value) {
  explorer.give_no_axes();
  if (value == null) return;
  const given = fields(value, ["rank_scale", "max_rank", "residual_view", "residual_scale"]);
  const { rank_scale: scale, residual_view: view } = given;
  const ladder = isObject(scale) ? fields(scale, ["ladder"]).ladder : undefined;
  if (isObject(scale) && !(isList(ladder) && Array.from(ladder).every(isCount))) refuse("the ladder is not a list of ranks");
  const base = isObject(view) ? number(fields(view, ["of_base"]).of_base, "ofBase") : 0;
  const word = (value) => (value === undefined ? "" : snake(text(value, "axes")));
  return explorer.give_axes(
    ladder ? "" : word(scale),
    ladder && Uint32Array.from(ladder),
    orNone(count, given.max_rank, "maxRank"),
    isObject(view) ? "of_base" : word(view),
    base,
    word(given.residual_scale),
  );
}

function isOn(value) {
  if (value == null || typeof value === "boolean") return value === true;
  refuse(`${show(value)} is neither true nor false`);
}

function giveCost(explorer, value) {
  explorer.give_no_cost();
  if (!isObject(value) && !isOn(value)) return;
  const { rows, cols, bytes_per_value = 2, copies = 1 } = value === true ? {} : fields(value, ["rows", "cols", "bytes_per_value", "copies"]);
  const whole = (given, name) => (Number.isSafeInteger(given) && given >= 0 ? given : refuse(`${name} is ${show(given)}, and must be a whole number`));
  explorer.give_cost(orNone(whole, rows, "rows"), orNone(whole, cols, "cols"), whole(bytes_per_value, "bytesPerValue"), whole(copies, "copies"));
}

function giveCompare(explorer, value) {
  explorer.give_compare(undefined);
  if (value == null) return;
  const { own, others } = fields(value, ["own", "others"]);
  explorer.give_compare(text(own, "own"));
  return each(others, "{ name, spectrum }", (other) => {
    const given = fields(other, ["name", "spectrum"]);
    return explorer.add_compared(text(given.name, "name"), ...spectrum(given.spectrum));
  });
}

function giveObservations(explorer, value) {
  explorer.give_observations(undefined, [], []);
  if (value == null) return;
  if (typeof value === "string") return explorer.give_observations_csv(value);
  const { name = "score", points } = fields(value, ["name", "points"]);
  const isPoint = (point) => isList(point) && point.length === 2 && isCount(point[0]) && typeof point[1] === "number";
  if (!Array.isArray(points) || !points.every(isPoint)) refuse("points is not a list of [rank, score]");
  const column = (i) => points.map((point) => point[i]);
  return explorer.give_observations(text(name, "name"), Uint32Array.from(column(0)), Float64Array.from(column(1)));
}

function giveTerms(explorer, value) {
  const terms = value === true ? ["residual", "captured_energy"] : value === false ? null : value;
  explorer.give_terms(isList(terms));
  return terms == null ? "" : each(terms, "words", (term) => explorer.add_term(snake(text(term, "a term"))));
}

function giveNumbers(explorer, value) {
  explorer.give_numbers(false, false);
  const parts = value ?? [];
  const problem = each(parts, "`input` and `table`", (part) => (["input", "table"].includes(part) ? "" : `${show(part)} is neither input nor table`));
  explorer.give_numbers(parts.includes("input"), parts.includes("table"));
  return problem;
}

function giveTransition(explorer, value) {
  explorer.give_transition(undefined);
  if (!isObject(value)) return explorer.give_transition(orNone(text, value, "transition"));
  if ("duration" in value) {
    const { duration, easing } = fields(value, ["duration", "easing"]);
    return explorer.give_tween(number(duration, "duration"), isList(easing) ? numbers(easing) : refuse("easing is not four numbers"));
  }
  const { stiffness, damping, mass } = fields(value, ["stiffness", "damping", "mass"]);
  return explorer.give_spring(number(stiffness, "stiffness"), number(damping, "damping"), number(mass, "mass"));
}

/** How each attribute but the target's is given. */
const GIVE = {
  r: (explorer, value) => {
    try {
      explorer.give_r(rank(value));
    } catch (error) {
      explorer.give_r(undefined);
      throw error;
    }
  },
  "default-r": (_, value) => void rank(value),
  metric: (explorer, value) => {
    explorer.give_metric(undefined);
    return explorer.give_metric(orNone(text, value, "metric"));
  },
  targets: (explorer, value) => {
    explorer.give_targets(isList(value));
    return value == null ? "" : each(value, "rules", (entry) => addTarget(explorer, entry));
  },
  markers: (explorer, value) => {
    explorer.give_markers(isList(value));
    return value == null ? "" : each(value, "suggestions and ranks", (entry) => addMarker(explorer, entry));
  },
  axes: giveAxes,
  cost: giveCost,
  compare: giveCompare,
  observations: giveObservations,
  terms: giveTerms,
  pointing: (explorer, value) => {
    explorer.give_pointing(false);
    explorer.give_pointing(isOn(value));
  },
  numbers: giveNumbers,
  transition: giveTransition,
  heading: (explorer, value) => {
    explorer.give_heading(undefined);
    explorer.give_heading(orNone(text, value, "heading"));
  },
  sentence: (explorer, value) => {
    explorer.give_sentence(false);
    explorer.give_sentence(isOn(value));
  },
  labels: (explorer, value) => {
    explorer.give_labels(false);
    if (value == null) return;
    if (!isObject(value)) refuse(`${show(value)} is not an object with texts`);
    for (const label of Object.values(value)) text(label, "a label");
    explorer.give_labels(true);
    const unknown = unknownLabel(value);
    return unknown !== undefined && `\`${unknown}\` is not the name of a label: the type LabelName in index.d.ts lists all names`;
  },
};

/** Gives the value of an attribute or property. Returns what is wrong with it, if something is. */
export function give(explorer, name, value) {
  try {
    if (value instanceof Problem) refuse(value.reason);
    return GIVE[name](explorer, value) || "";
  } catch (error) {
    // What was given before must not stay.
    if (value instanceof Problem) GIVE[name](explorer, undefined);
    return error.message;
  }
}
