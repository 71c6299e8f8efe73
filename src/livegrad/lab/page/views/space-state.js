// The state of the hidden-space view, as the address keeps it. Pure: knows no DOM.

/**
 * @typedef {object} Shown
 * @property {string} task
 * @property {string[]} functions one or two
 * @property {number} depth
 * @property {number} width
 * @property {string} init
 * @property {string} optimizer
 * @property {number} steps
 * @property {number} starts
 * @property {number} seed
 * @property {number} angle
 * @property {"before" | "after"} moment
 * @property {number} at half layers from the input
 * @property {number} yaw degrees
 */

/** @typedef {{ tasks: string[], inits: string[], optimizers: string[], deepest: number, functions: string[], usual: Record<string, any> }} Start */

/** What is asked of the lab; the rest is only looked at. */
const ASKED = /** @type {const} */ (["task", "depth", "width", "init", "optimizer", "steps", "starts", "seed", "angle"]);
/** @type {Record<string, [number, number]>} */
export const BOUNDS = { depth: [1, 12], width: [2, 3], steps: [10, 5000], starts: [1, 64], seed: [0, 2000], angle: [0, 90], yaw: [0, 360] };
export const LONGEST = 200;

/**
 * @param {Start} start
 * @returns {Shown}
 */
export function usual({ usual: u }) {
  return { task: u.task, functions: [...u.functions], depth: u.depth, width: u.width, init: u.init, optimizer: u.optimizer, steps: u.steps, starts: u.starts, seed: u.seed, angle: u.angle, moment: "after", at: 2, yaw: 30 };
}

/**
 * A state of the address, read strictly: what makes no sense is as usual.
 * @param {Record<string, any>} state
 * @param {Start} start
 * @returns {Shown}
 */
export function understood(state, start) {
  const found = usual(start);
  for (const [name, [low, high]] of Object.entries(BOUNDS)) {
    const value = state[name];
    if (typeof value !== "number") continue;
    const inside = Math.min(high, Math.max(low, value));
    Object.assign(found, { [name]: name === "angle" || name === "yaw" ? inside : Math.round(inside) });
  }
  /** @type {[("task" | "init" | "optimizer"), string[]][]} */
  const named = [["task", start.tasks], ["init", start.inits], ["optimizer", start.optimizers]];
  for (const [name, known] of named) if (known.includes(state[name])) found[name] = state[name];
  const functions = [state.functions].flat().filter((one) => typeof one === "string" && one.trim() && one.length <= LONGEST);
  if (functions.length) found.functions = functions.slice(0, 2);
  if (state.moment === "before") found.moment = "before";
  found.at = typeof state.at === "number" ? Math.min(2 * found.depth, Math.max(0, Math.round(state.at))) : 2;
  return found;
}

/**
 * What differs from the usual.
 * @param {Shown} shown
 * @param {Start} start
 * @returns {Record<string, any>}
 */
export function saved(shown, start) {
  const normal = usual(start);
  /** @type {Record<string, any>} */
  const state = {};
  for (const [name, value] of Object.entries(shown)) {
    if (name === "at") {
      if (Math.round(shown.at) !== normal.at) state.at = Math.round(shown.at);
    } else if (JSON.stringify(value) !== JSON.stringify(normal[/** @type {keyof Shown} */ (name)])) state[name] = value;
  }
  return state;
}

/**
 * What the lab is asked for.
 * @param {Shown} shown
 */
export const asked = (shown) => ({ ...Object.fromEntries(ASKED.map((name) => [name, shown[name]])), functions: shown.functions });
