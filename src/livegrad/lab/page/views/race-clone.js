// A lane like another one, but for one thing.

import { make } from "../core/dom.js";
import { same } from "../core/words.js";
import { list, slider } from "./race-fields.js";
import { closePopover, popover } from "./race-popover.js";
import { called } from "./race-sentence.js";

/** @typedef {import("./race-model.js").Model} Model */

const THINGS = ["activation", "init", "lr", "optimizer", "depth", "width", "norm", "skip"];

/**
 * @param {Model} model
 * @param {HTMLElement} button
 * @param {HTMLElement} room
 * @param {number} from
 */
export function cloning(model, button, room, from) {
  const word = model.lab.word;
  const name = model.race?.lanes[from]?.name ?? same("");
  popover(button, room, word("race.clone"), () => {
    /** @type {Record<string, any>} */
    let change = {};
    const field = make("div", {});
    const set = (/** @type {string} */ thing, /** @type {any} */ value) => { change = { [thing]: value === "none" ? null : value }; };
    const show = (/** @type {string} */ thing) => field.replaceChildren(...editor(model, from, thing, (value) => set(thing, value)));
    const what = list({ label: word("race.differs-in"), control: "clone-what", value: "activation", choices: THINGS.map((thing) => ({ value: thing, text: word(`race.${thing === "lr" ? "rate" : thing}`) })), act: show });
    show("activation");
    const add = async () => {
      if (await model.clone(from, change)) closePopover(); // the new lane has the focus
    };
    return [make("p", { class: "small", text: word("race.clone-about"), values: { lane: name } }), what, field,
      make("button", { class: "primary", text: word("race.add"), set: { "data-control": "race.add" }, on: { click: () => void add() } })];
  });
}

/**
 * The control of one thing; it says its first value at once.
 * @param {Model} model
 * @param {number} from
 * @param {string} thing
 * @param {(value: any) => void} act
 * @returns {Node[]}
 */
function editor(model, from, thing, act) {
  const { setup, start, lab } = model;
  const word = lab.word;
  const lane = /** @type {Record<string, any>} */ (setup.lanes[from] ?? {});
  if (thing === "activation") return activation(model, lane.activation, act);
  if (["lr", "depth", "width"].includes(thing)) {
    const value = Number(lane[thing] ?? (thing === "lr" ? setup.training.lr : thing === "depth" ? setup.network.depth : setup.network.width));
    const first = thing === "lr" ? value * 3 : Math.min(start.limits[thing], value * 2);
    act(first);
    return [slider({ label: word(`race.${thing === "lr" ? "rate" : thing}`), control: `clone-${thing}`, value: first, min: thing === "lr" ? 0.0001 : 1, max: thing === "lr" ? 10 : start.limits[thing], log: thing === "lr", act })];
  }
  const ids = { init: start.inits, optimizer: start.optimizers, norm: ["none", "batch"], skip: ["none", "residual", "rezero"] }[thing] ?? [];
  const now = lane[thing] ?? { init: setup.init, optimizer: setup.training.optimizer, norm: setup.network.norm ?? "none", skip: setup.network.skip ?? "none" }[thing];
  const first = ids.find((/** @type {string} */ id) => id !== now) ?? ids[0];
  act(first);
  return [list({ label: word(`race.${thing}`), control: `clone-${thing}`, value: first, choices: ids.map((/** @type {string} */ id) => ({ value: id, text: called(model, thing, id) })), act })];
}

/**
 * One of the catalogue, or a formula of one's own.
 * @param {Model} model
 * @param {string} now
 * @param {(value: string) => void} act
 */
function activation(model, now, act) {
  const word = model.lab.word;
  const names = /** @type {string[]} */ (model.start.activations ?? ["sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "mish"]);
  const first = ["gelu", "selu", ...names].find((name) => names.includes(name) && !model.setup.lanes.some((lane) => lane.activation === name)) ?? now;
  act(first);
  const formula = make("input", {
    label: word("race.formula"),
    set: { type: "text", maxlength: model.start.limits.formula, placeholder: "x * sigmoid(1.7 * x)", "data-control": "race.formula", spellcheck: "false", "aria-describedby": "race-formula-about" },
    on: { input: () => act(formula.value.trim() || first) },
  });
  return [list({ label: word("race.activation"), control: "clone-activation", value: first, choices: names.map((name) => ({ value: name, text: same(name) })), act: (value) => { formula.value = ""; act(value); } }),
    make("label", { class: "own" }, make("span", { text: word("race.formula") }), formula), make("p", { class: "tiny", text: word("race.formula-about"), set: { id: "race-formula-about" } })];
}
