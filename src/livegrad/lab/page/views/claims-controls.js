// Step 2: what the reader may change. A change runs the experiment again.

import { make } from "../core/dom.js";
import { number } from "../draw/scale.js";
import { step } from "./claims-question.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("../core/address.js").State} State */
/** @typedef {import("./claims-memory.js").Claim} Claim */
/** @typedef {import("./claims-memory.js").Control} Control */

const NOTCHES = 200;
const MOST_SEED = 2000;

/**
 * Where a slider of 200 notches stands for a value, and back; whole numbers with few values have a notch each.
 * @param {Control} control
 */
export function slider(control) {
  const [low, high] = [control.low ?? 0, control.high ?? 1];
  const notches = control.whole && !control.log && high - low <= NOTCHES ? high - low : NOTCHES;
  const [from, to] = control.log ? [Math.log(low), Math.log(high)] : [low, high];
  return {
    notches,
    /** @param {number} value */
    notch: (value) => Math.round((((control.log ? Math.log(value) : value) - from) / (to - from || 1)) * notches),
    /** @param {number} at @returns {number} */
    value(at) {
      const found = from + (at / notches) * (to - from);
      const plain = control.log ? Math.exp(found) : found;
      if (at <= 0) return low;
      if (at >= notches) return high;
      return control.whole ? Math.round(plain) : Number(plain.toPrecision(3));
    },
  };
}

/**
 * @param {Lab} lab
 * @param {Claim} claim
 * @param {() => void} changed
 */
export function controls(lab, claim, changed) {
  const word = (/** @type {string} */ key) => lab.word(`claims.${key}`);
  /** @type {Record<string, number | string>} */
  const now = Object.fromEntries(claim.controls.map((control) => [control.id, control.usual]));
  let seed = 0;
  const parts = claim.controls.map((control) => (control.choices.length ? choice(control) : range(control)));
  const seedInput = make("input", { set: { type: "number", min: 0, max: MOST_SEED, step: 1, value: 0, id: "claims-seed", "data-control": "claims.seed", "aria-describedby": "claims-seed-help" }, on: { change: () => {
    seed = Math.max(0, Math.min(MOST_SEED, Math.round(Number(seedInput.value) || 0)));
    seedInput.value = String(seed);
    refresh();
    changed();
  } } });
  const reset = make("button", { class: "quiet", text: word("reset"), set: { "data-control": "claims.reset" }, on: { click: () => {
    restate({});
    changed();
  } } });
  const element = make("section", { class: "stack-2" }, step(2, word("step-change")), ...parts.map((part) => part.element),
    make("div", { class: "seed" }, make("label", { text: word("seed"), set: { for: "claims-seed" } }), seedInput, make("p", { class: "tiny", text: word("seed-help"), set: { id: "claims-seed-help" } })), reset);

  /** @param {Control} control */
  function range(control) {
    const how = slider(control);
    const id = `claims-set-${control.id}`;
    const output = make("output", { set: { for: id } });
    const input = make("input", { set: { type: "range", id, min: 0, max: how.notches, step: 1, "data-control": `claims.${control.id}`, "aria-describedby": `${id}-range` }, on: {
      input: () => {
        now[control.id] = how.value(Number(input.value));
        refresh();
        changed();
      },
    } });
    const bounds = make("p", { class: "tiny bounds", set: { id: `${id}-range` } }, make("span", { text: word("range"), values: { low: number(control.low ?? 0, 4), high: number(control.high ?? 0, 4) } }),
      make("span", { text: word("usual"), values: { value: number(Number(control.usual), 4) } }));
    const element = make("div", { class: "slider" }, make("label", { text: control.name, set: { for: id } }), output, input, bounds);
    return { element, refresh: () => {
      const value = Number(now[control.id]);
      output.textContent = number(value, 4);
      input.value = String(how.notch(value));
      input.setAttribute("aria-valuetext", number(value, 4));
    } };
  }

  /** @param {Control} control */
  function choice(control) {
    const id = `claims-set-${control.id}`;
    const input = make("select", { set: { id, "data-control": `claims.${control.id}` }, on: { change: () => {
      now[control.id] = input.value;
      refresh();
      changed();
    } } }, ...control.choices.map((one) => make("option", { text: one.name, set: { value: one.id } })));
    const element = make("div", { class: "choice" }, make("label", { text: control.name, set: { for: id } }), input);
    return { element, refresh: () => { input.value = String(now[control.id]); } };
  }

  function refresh() {
    parts.forEach((part) => part.refresh());
    seedInput.value = String(seed);
    const { settings } = different();
    reset.hidden = !Object.keys(settings).length && seed === 0;
  }

  function different() {
    const settings = Object.fromEntries(claim.controls.filter((control) => now[control.id] !== control.usual).map((control) => [control.id, now[control.id]]));
    return { settings, seed };
  }

  /** @param {State} state */
  function restate(state) {
    for (const control of claim.controls) {
      const given = state.settings?.[control.id];
      now[control.id] = allowed(control, given) ? given : control.usual;
    }
    seed = Number.isInteger(state.seed) ? Math.max(0, Math.min(MOST_SEED, state.seed)) : 0;
    refresh();
  }

  refresh();
  return {
    element, restate,
    changed: different,
    wanted: () => ({ settings: { ...now }, seed }),
    /** @param {number} wanted */
    seed(wanted) {
      seed = wanted;
      refresh();
      changed();
    },
  };
}

/**
 * Whether a control may stand at a value out of an address.
 * @param {Control} control
 * @param {unknown} given
 */
export function allowed(control, given) {
  if (control.choices.length) return control.choices.some((one) => one.id === given);
  return typeof given === "number" && given >= (control.low ?? 0) && given <= (control.high ?? Infinity) && (!control.whole || Number.isInteger(given));
}
