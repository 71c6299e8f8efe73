// The clinic's state, as the address keeps it. Pure: knows no DOM.

/**
 * @typedef {object} Shown
 * @property {"" | "example" | "lab" | "file"} source where the recording comes from
 * @property {number} training from 0
 * @property {number} finding in the order in which they are read, from 0
 * @property {number} step −1: the last that was measured
 * @property {number} layer cursor, from 1; 0: none
 * @property {"z" | "w"} gradient
 */

/** @type {Shown} */
export const USUAL = { source: "", training: 0, finding: 0, step: -1, layer: 1, gradient: "z" };

/**
 * @param {Record<string, any>} state
 * @param {boolean} given whether the lab was started with a recording
 * @returns {Shown}
 */
export function understood(state, given) {
  const found = { ...USUAL };
  if (["example", "lab", "file"].includes(state.source)) found.source = state.source;
  else if (given) found.source = "lab";
  if (found.source === "lab" && !given) found.source = "";
  for (const name of /** @type {const} */ (["training", "finding", "step", "layer"])) {
    const value = state[name];
    if (Number.isInteger(value) && value >= (name === "step" ? -1 : 0) && value < 1e9) found[name] = value;
  }
  if (state.gradient === "w") found.gradient = "w";
  return found;
}

/** @param {Shown} shown */
export function saved(shown) {
  return Object.fromEntries(Object.entries(shown).filter(([name, value]) => value !== USUAL[/** @type {keyof Shown} */ (name)]));
}
