// What the functions view shows, as it stands in the address. Pure: knows no DOM.

/** @typedef {import("../core/address.js").State} Saved */

/**
 * @typedef {object} Shown
 * @property {string} name of the catalogue; counts where there is no formula
 * @property {string} formula of one's own
 * @property {Record<string, number>} parameters that are not where they stand at first
 * @property {number} reach the plot runs from −reach to reach
 * @property {number} x where values are read
 * @property {boolean} second whether f″ is drawn
 * @property {"normal" | "start" | "trained"} histogram
 * @property {number} deviation
 * @property {number} depth
 * @property {number} width
 * @property {string} init
 * @property {number} layer
 * @property {number} steps
 * @property {number} seed
 * @property {string[]} compare names of the catalogue
 * @property {number[]} inputs of a vector function
 * @property {number} temperature
 * @property {number} moved which input is moved
 * @property {number[]} slopes of maxout's pieces
 * @property {number[]} offsets of maxout's pieces
 */

export const KINDS = /** @type {const} */ (["normal", "start", "trained"]);
export const INITS = ["pytorch", "glorot", "he", "lecun", "orthogonal", "critical"];
/** @type {Record<string, [number, number]>} */
export const BOUNDS = {
  reach: [1, 40], x: [-40, 40], deviation: [0.1, 20], depth: [1, 100], width: [2, 64], layer: [1, 100], steps: [1, 2000], seed: [0, 1000], temperature: [0.1, 10], moved: [0, 7],
};

/** @returns {Shown} */
export const usual = () => ({
  name: "relu", formula: "", parameters: {}, reach: 5, x: 1, second: false, histogram: "normal", deviation: 1, depth: 6, width: 8, init: "he", layer: 3, steps: 300, seed: 0,
  compare: ["sigmoid", "tanh", "relu"], inputs: [0, 1, 2], temperature: 1, moved: 2, slopes: [-1, 0.3, 1.5], offsets: [-0.5, 0.5, -1],
});

/**
 * @param {any} value
 * @param {string} name
 * @param {number} other
 */
function bounded(value, name, other) {
  const [low = 0, high = 1] = BOUNDS[name] ?? [];
  return typeof value === "number" && Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : other;
}

/** @param {any} words */
const listed = (words) => String(words).split(",").map((word) => word.trim()).filter(Boolean);

/**
 * Numbers that stand as 0,1,2 in an address.
 * @param {any} words
 * @param {number[]} other
 */
function numbers(words, other) {
  if (words === undefined) return other;
  const found = listed(words).map(Number);
  return found.length >= 2 && found.length <= 8 && found.every((one) => Number.isFinite(one) && Math.abs(one) <= 20) ? found : other;
}

/**
 * @param {Saved} saved
 * @returns {Shown}
 */
export function understood(saved) {
  const shown = usual();
  for (const key of ["reach", "x", "deviation", "temperature"]) Object.assign(shown, { [key]: bounded(saved[key], key, /** @type {any} */ (shown)[key]) });
  for (const key of ["depth", "width", "layer", "steps", "seed", "moved"]) Object.assign(shown, { [key]: Math.round(bounded(saved[key], key, /** @type {any} */ (shown)[key])) });
  if (typeof saved.name === "string") shown.name = saved.name;
  if (saved.formula !== undefined) shown.formula = String(saved.formula);
  if (saved.second === true) shown.second = true;
  if (KINDS.includes(saved.histogram)) shown.histogram = saved.histogram;
  if (INITS.includes(saved.init)) shown.init = saved.init;
  if (saved.compare) shown.compare = saved.compare === "none" ? [] : listed(saved.compare).slice(0, 7);
  for (const [name, value] of Object.entries(saved.parameters ?? {})) if (Number.isFinite(value)) shown.parameters[name] = value;
  shown.inputs = numbers(saved.inputs, shown.inputs);
  shown.slopes = numbers(saved.slopes, shown.slopes);
  shown.offsets = numbers(saved.offsets, shown.offsets);
  if (shown.slopes.length !== shown.offsets.length) Object.assign(shown, { slopes: usual().slopes, offsets: usual().offsets });
  shown.moved = Math.min(shown.moved, shown.inputs.length - 1);
  return shown;
}

/**
 * The same for the address: only what is not as usual.
 * @param {Shown} shown
 * @returns {Saved}
 */
export function saved(shown) {
  const plain = usual();
  /** @type {Saved} */
  const found = shown.formula ? { formula: shown.formula } : { name: shown.name };
  if (Object.keys(shown.parameters).length) found.parameters = { ...shown.parameters };
  for (const key of /** @type {(keyof Shown)[]} */ (Object.keys(plain))) {
    if (["name", "formula", "parameters"].includes(key)) continue;
    const value = shown[key];
    const words = Array.isArray(value) ? value.join(",") || "none" : value;
    const plainly = plain[key];
    if (words !== (Array.isArray(plainly) ? plainly.join(",") : plainly)) found[key] = words;
  }
  return found;
}

/**
 * What the lab is asked with.
 * @param {Shown} shown
 */
export const asked = (shown) => ({
  name: shown.name, formula: shown.formula, parameters: shown.parameters, reach: shown.reach, histogram: shown.histogram, deviation: shown.deviation,
  depth: shown.depth, width: shown.width, init: shown.init, layer: Math.min(shown.layer, shown.depth), steps: shown.steps, seed: shown.seed,
});
