// Small words of a lane's card: a power of ten, what it differs in; and whether its numbers are the old ones.

import { make } from "../core/dom.js";
import { same } from "../core/words.js";

/** @typedef {import("./race-model.js").Model} Model */

/**
 * A power of ten as people write it.
 * @param {HTMLElement} element
 * @param {number} exponent
 */
export function tenTo(element, exponent) {
  const words = exponent === -Infinity ? "0" : Number.isFinite(exponent) ? exponent.toFixed(1).replace("-", "−") : "–";
  if (element.dataset.shown === words) return;
  element.dataset.shown = words;
  element.replaceChildren(...(Number.isFinite(exponent) ? ["10", make("sup", {}, words)] : [words]));
}

/**
 * What a lane differs in; its name says it already where that is the activation alone.
 * @param {Model} model
 * @param {number} index
 */
export function differs(model, index) {
  const { activation: _activation, ...own } = model.setup.lanes[index] ?? {};
  const { activation: _first, ...first } = model.setup.lanes[0] ?? {};
  return JSON.stringify(own) === JSON.stringify(first) ? same("") : (model.race?.lanes[index]?.differs ?? same(""));
}

/**
 * @param {import("../core/frames.js").Numbers | undefined} a
 * @param {import("../core/frames.js").Numbers | undefined} b
 */
export function alike(a, b) {
  if (!a || !b || a.data.length !== b.data.length) return a === b;
  for (let k = 0; k < a.data.length; k += 1) if (!Object.is(a.data[k], b.data[k])) return false;
  return true;
}
