// Links of TensorFlow Playground, read as a race; what a race cannot do is said. Knows no DOM.
// The keys and their usual values: github.com/tensorflow/playground, src/state.ts.

import { cloudTable, regressionTable } from "./playground-points.js";

/** @typedef {{ code: string, values: Record<string, string | number> }} Note its words: sharing.playground-<code> */

const ACTIVATIONS = /** @type {Record<string, string>} */ ({ relu: "relu", tanh: "tanh", sigmoid: "sigmoid", linear: "identity" });
const TASKS = /** @type {Record<string, string>} */ ({ circle: "circles", xor: "xor", gauss: "", spiral: "spiral" });
const REGRESSIONS = ["reg-plane", "reg-gauss"];
const MADE = /** @type {Record<string, string>} */ ({ xTimesY: "x·y", xSquared: "x²", ySquared: "y²", cosX: "cos x", sinX: "sin x", cosY: "cos y", sinY: "sin y" });
const CONTROLS = /** @type {Record<string, string>} */ ({
  playButton: "race.run", stepButton: "race.step", resetButton: "race.same", learningRate: "race.lr", dataset: "race.data", noise: "race.noise",
  batchSize: "race.batch", numHiddenLayers: "race.depth",
});
const KNOWN = ["activation", "batchSize", "dataset", "regDataset", "learningRate", "regularization", "regularizationRate", "noise", "networkShape", "percTrainData", "problem", "discretize", "initZero"];
const [DEEPEST, WIDEST, LARGEST_SEED] = [100, 32, 999_999_999];
const COUNT = 120; // points that stand in the address themselves

/** What was not shown yet of the link that was read last. @type {Note[]} */
let unread = [];

/** The notes of the last link, once. */
export const takeNotes = () => unread.splice(0);

/**
 * @param {string} hash
 * @returns {import("./address.js").State | null} null where it is no link of the playground
 */
export function fromPlayground(hash) {
  const found = race(hash);
  if (!found) return null;
  unread = found.notes;
  return { ...found.state, playground: found.notes.map((note) => [note.code, ...Object.values(note.values)].join(":")) };
}

/**
 * The race of a link, and what it does not take over.
 * @param {string} hash
 */
export function race(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  if (hash.startsWith("#/") || !KNOWN.some((key) => given.has(key))) return null;
  /** @type {Note[]} */
  const notes = [];
  const note = (/** @type {string} */ code, /** @type {Note["values"]} */ values = {}) => void notes.push({ code, values });
  const activation = named(given.get("activation"), ACTIVATIONS, "tanh", (value) => note("activation", { given: value }));
  const network = shape(given, note);
  const seed = seeded(given.get("seed"));
  const data = points(given, seed, note);
  const batch = number(given.get("batchSize"), 10, 1, 2000);
  const state = {
    data, network, seed, training: { optimizer: "sgd", lr: number(given.get("learningRate"), 0.03, 1e-8, 1e4), batch: Math.round(batch) },
    init: { weight: given.get("initZero") === "true" ? 1e-6 : Number((Math.sqrt(network.width / 12)).toPrecision(3)), bias: 0 }, // weights there: evenly from −0.5 to 0.5
    lanes: [{ activation: given.has("networkShape") && !widths(given).length ? "identity" : activation }],
  };
  said(given, note);
  const hide = Object.entries(CONTROLS).filter(([key]) => given.get(`${key}_hide`) === "true").map(([, control]) => control);
  return { state: hide.length ? { ...state, lesson: { hide } } : state, notes };
}

/** @param {URLSearchParams} given */
const widths = (given) => (given.get("networkShape") ?? "4,2").split(",").filter((word) => word.trim() !== "").map(Number).filter((one) => Number.isFinite(one) && one >= 1).map(Math.round);

/**
 * @param {URLSearchParams} given
 * @param {(code: string, values?: Note["values"]) => void} note
 */
function shape(given, note) {
  const all = widths(given);
  if (!all.length) {
    note("no-layers");
    return { depth: 1, width: 2 };
  }
  const mean = Math.round(all.reduce((sum, one) => sum + one, 0) / all.length);
  const [depth, width] = [Math.min(DEEPEST, all.length), Math.max(1, Math.min(WIDEST, mean))];
  if (new Set(all).size > 1) note("widths", { widths: all.join(", "), width });
  if (all.length > DEEPEST || mean > WIDEST) note("large", { depth, width });
  return { depth, width };
}

/**
 * @param {URLSearchParams} given
 * @param {number} seed
 * @param {(code: string, values?: Note["values"]) => void} note
 */
function points(given, seed, note) {
  const noise = number(given.get("noise"), 0, 0, 50) / 100;
  if (given.get("problem") === "regression") {
    const asked = given.get("regDataset") ?? "reg-plane";
    const kind = REGRESSIONS.includes(asked) ? asked : "reg-plane";
    if (kind !== asked) note("data", { given: asked, taken: kind });
    note("regression", { count: COUNT });
    return { csv: regressionTable(kind, noise, seed, COUNT), seed: 0 };
  }
  const asked = given.get("dataset") ?? "circle";
  const task = named(asked, TASKS, "circles", (value) => note("data", { given: value, taken: "circles" }));
  if (!task) {
    note("clouds", { count: COUNT });
    return { csv: cloudTable(noise, seed, COUNT), seed: 0 };
  }
  if (noise) note("noise", { given: `${Math.round(100 * noise)}`, noise });
  return { task, count: 500, seed: seed % 1000, ...(noise ? { noise } : {}) };
}

/**
 * What a race does in its own way or not at all.
 * @param {URLSearchParams} given
 * @param {(code: string, values?: Note["values"]) => void} note
 */
function said(given, note) {
  const made = Object.entries(MADE).filter(([key]) => given.has(key) && given.get(key) !== "false").map(([, name]) => name);
  if (made.length) note("features", { features: made.join(", ") });
  const without = ["x", "y"].filter((key) => given.get(key) === "false");
  if (without.length) note("inputs", { inputs: without.join(", ") });
  const rate = Number(given.get("regularizationRate") ?? 0);
  const kind = given.get("regularization");
  if (kind && kind !== "none" && rate > 0) note("regularisation", { kind, rate });
  const part = number(given.get("percTrainData"), 50, 1, 99);
  if (part !== 75) note("part", { given: part, part: 75 });
  if (given.get("initZero") === "true") note("zero");
  if (given.get("problem") !== "regression") note("loss");
  if (given.get("discretize") === "true") note("discretize");
  if (given.get("hideText") === "true") note("text");
  const hidden = [...given.keys()].filter((key) => key.endsWith("_hide") && given.get(key) === "true" && !(key.slice(0, -5) in CONTROLS)).map((key) => key.slice(0, -5));
  if (hidden.length) note("hidden", { names: hidden.join(", ") });
  note("start");
}

/**
 * @param {string | null} given
 * @param {Record<string, string>} names
 * @param {string} other
 * @param {(value: string) => void} unknown
 */
function named(given, names, other, unknown) {
  if (given === null || given === "") return other;
  if (Object.hasOwn(names, given)) return names[given] ?? "";
  unknown(given);
  return other;
}

/**
 * @param {string | null} given
 * @param {number} usual
 * @param {number} low
 * @param {number} high
 */
function number(given, usual, low, high) {
  const value = given === null || given.trim() === "" ? usual : Number(given);
  return Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : usual;
}

/**
 * Seeds are words there, mostly "0." and five digits; here they are whole numbers.
 * @param {string | null} words
 */
export function seeded(words) {
  if (!words) return 0;
  const digits = /^(?:0?\.)?(\d{1,9})$/.exec(words)?.[1];
  if (digits) return Number(digits);
  let sum = 0;
  for (const letter of words) sum = (Math.imul(sum, 31) + (letter.codePointAt(0) ?? 0)) >>> 0;
  return sum % (LARGEST_SEED + 1);
}
