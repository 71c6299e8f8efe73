// A lesson as the address and a file hold it: controls put away or locked, steps, whether it can be ended. Knows no DOM.

import { read, written } from "./address.js";

/**
 * @typedef {{ say: string, at: string }} Step a sentence, and the address of a state without its "#", or nothing
 * @typedef {object} Plan
 * @property {string[]} hide ids of controls
 * @property {string[]} lock
 * @property {Step[]} steps
 * @property {number} step where the pupil is, from 0
 * @property {boolean} fixed the pupil cannot end it
 */

const [MOST_CONTROLS, MOST_STEPS, LONGEST] = [200, 60, 2000];
const FREE = /^(shell|lesson|sharing)\./; // language, light and what leads out of a lesson belong to the pupil

/** @returns {Plan} */
export const emptyPlan = () => ({ hide: [], lock: [], steps: [], step: 0, fixed: false });

/** @param {Plan} plan */
export const isEmpty = (plan) => !plan.hide.length && !plan.lock.length && !plan.steps.length;

/** @param {any} list @returns {string[]} */
const controls = (list) => (Array.isArray(list) ? [...new Set(list.map(String))].filter((id) => id && !FREE.test(id)).slice(0, MOST_CONTROLS) : []);

/**
 * @param {any} step
 * @returns {Step}
 */
function stepIn(step) {
  const at = String(step?.at ?? "").replace(/^#/, "");
  return { say: String(step?.say ?? "").slice(0, LONGEST), at: read(`#${at}`) ? at : "" };
}

/**
 * A lesson as it was found, made whole; null where there is none.
 * @param {any} given
 * @returns {Plan | null}
 */
export function understood(given) {
  if (given === null || typeof given !== "object") return null;
  const steps = (Array.isArray(given.steps) ? given.steps : []).slice(0, MOST_STEPS).map(stepIn);
  const lock = controls(given.lock);
  const plan = { hide: controls(given.hide).filter((id) => !lock.includes(id)), lock, steps, step: 0, fixed: given.fixed === true };
  plan.step = Math.max(0, Math.min(steps.length - 1, Number.isInteger(given.step) ? given.step : 0));
  return isEmpty(plan) ? null : plan;
}

/**
 * The same in few words.
 * @param {Plan} plan
 */
export function brief(plan) {
  const { hide, lock, steps, step, fixed } = plan;
  return {
    ...(hide.length ? { hide } : {}), ...(lock.length ? { lock } : {}),
    ...(steps.length ? { steps: steps.map((one) => ({ say: one.say, ...(one.at ? { at: one.at } : {}) })) } : {}),
    ...(step ? { step } : {}), ...(fixed ? { fixed } : {}),
  };
}

/**
 * The address of a step: its own state or, where it has none, the one given; with the lesson.
 * @param {Plan} plan
 * @param {number} step
 * @param {string} here such as #/race?seed=3
 */
export function addressOf(plan, step, here) {
  const at = plan.steps[step]?.at;
  const to = (at && read(`#${at}`)) || read(here) || { view: "race", state: {} };
  const { lesson: _old, playground: _notes, ...state } = to.state;
  return written(to.view, isEmpty(plan) ? state : { ...state, lesson: brief({ ...plan, step }) });
}

/**
 * The state of an address without its lesson, as a step keeps it.
 * @param {string} hash
 */
export function stateOf(hash) {
  const { view, state } = read(hash) ?? { view: "race", state: {} };
  const { lesson: _lesson, playground: _notes, ...rest } = state;
  return written(view, rest).slice(1);
}

/**
 * What an address sets, as people can read it; long things are cut.
 * @param {string} at
 */
export const settingsOf = (at) => [...new URLSearchParams(at.split("?")[1] ?? "")].filter(([key]) => key !== "v").map(([key, value]) => `${key} ${value.length > 40 ? `${value.slice(0, 40)}…` : value.replace(/^'/, "")}`);

/**
 * Steps with one of them moved; where it cannot go further, as they are.
 * @template Item
 * @param {Item[]} list
 * @param {number} from
 * @param {number} by −1 or 1
 */
export function moved(list, from, by) {
  const to = from + by;
  const found = [...list];
  if (from < 0 || to < 0 || from >= list.length || to >= list.length) return found;
  found.splice(to, 0, ...found.splice(from, 1));
  return found;
}

/**
 * An address as a file that people can read.
 * @param {string} hash
 */
export function filed(hash) {
  const { view, state } = read(hash) ?? { view: "race", state: {} };
  return `${JSON.stringify({ livegrad: "lab", version: 1, view, state }, null, 2)}\n`;
}

/**
 * The address that a file holds; null where it is none of ours.
 * @param {string} text
 */
export function unfiled(text) {
  try {
    const found = JSON.parse(text);
    if (found?.livegrad !== "lab" || typeof found.view !== "string" || typeof found.state !== "object" || found.state === null) return null;
    const hash = written(found.view, found.state);
    return read(hash) ? hash : null;
  } catch {
    return null;
  }
}
