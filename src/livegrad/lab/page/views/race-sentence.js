// The set-up as a sentence: its words are its controls.

import { make, say } from "../core/dom.js";
import { same } from "../core/words.js";
import { choices, number, slider, tellWord, wordButton } from "./race-fields.js";
import { closePopover, popover } from "./race-popover.js";
import { percent, plain, put } from "./race-state.js";

/** @typedef {import("../core/words.js").Text} Text */
/** @typedef {import("./race-model.js").Model} Model */
/** @typedef {import("./race-state.js").Setup} Setup */
/** @typedef {{ value: (setup: Setup, model: Model) => Text, build: (model: Model, act: (path: string, value: any) => void) => Node[] }} Word */

/**
 * The name of a choice in words, or the choice itself where it is a name.
 * @param {Model} model
 * @param {string} kind
 * @param {string | null} id
 */
export const called = (model, kind, id) => model.lab.page.words.race?.[`${kind}-${id ?? "none"}`] ?? same(id ?? "–");

/** @param {Model} model @param {string} kind @param {(string | null)[]} ids */
const named = (model, kind, ids) => ids.map((id) => ({ value: id ?? "none", text: called(model, kind, id) }));

/** @param {Setup["init"]} init @param {Model} model */
export const initName = (init, model) => (typeof init === "string" ? called(model, "init", init) : same(`σw ${plain(init.weight)}, σb ${plain(init.bias)}`));

/** @param {Record<string, any>} data @returns {Text | null} null: as they are */
function scaled(data) {
  const [shift, scale] = [data.shift ?? [0, 0], data.scale ?? [1, 1]];
  if (!shift.some(Boolean) && scale.every((/** @type {number} */ v) => v === 1)) return null;
  const both = (/** @type {number[]} */ pair) => (pair[0] === pair[1] ? plain(pair[0] ?? 0) : pair.map(plain).join("/"));
  return same([scale.some((/** @type {number} */ v) => v !== 1) && `×${both(scale)}`, shift.some(Boolean) && `+${both(shift)}`].filter(Boolean).join(" "));
}

/** @type {Record<string, Word>} */
const SETUP_WORDS = {
  depth: {
    value: (s) => same(s.network.depth),
    build: (m, act) => [slider({ label: m.lab.word("race.depth"), control: "depth", value: m.setup.network.depth, min: 1, max: m.start.limits.depth, act: (v) => act("network.depth", v) })],
  },
  width: {
    value: (s) => same(s.network.width),
    build: (m, act) => [slider({ label: m.lab.word("race.width"), control: "width", value: m.setup.network.width, min: 1, max: m.start.limits.width, act: (v) => act("network.width", v) })],
  },
  points: {
    value: (s, m) => same(s.data.count ?? m.race?.data.labels.data.length ?? s.data.points?.length ?? "…"),
    build: (m, act) => ("task" in m.setup.data
      ? [slider({ label: m.lab.word("race.points"), control: "points", value: m.setup.data.count, min: 50, max: m.start.limits.points, step: 10, act: (v) => act("data.count", v) })]
      : [make("p", { class: "small", text: m.lab.word("race.own-points") })]),
  },
  noise: {
    value: (s) => same(plain(s.data.noise ?? 0)),
    build: (m, act) => ("task" in m.setup.data
      ? [slider({ label: m.lab.word("race.noise"), control: "noise", value: m.setup.data.noise ?? 0, min: 0, max: 1, step: 0.02, act: (v) => act("data.noise", v || null) }), make("p", { class: "tiny", text: m.lab.word("race.noise-about") })]
      : [make("p", { class: "small", text: m.lab.word("race.own-points") })]),
  },
  inputs: {
    value: (s, m) => scaled(s.data) ?? m.lab.word("race.standard"),
    build: (m, act) => {
      const { shift = [0, 0], scale = [1, 1] } = m.setup.data;
      const two = (/** @type {number[]} */ pair, /** @type {number} */ k, /** @type {number} */ v) => pair.map((old, at) => (at === k ? v : old));
      return [make("p", { class: "tiny", text: m.lab.word("race.inputs-about") }),
        ...[0, 1].flatMap((k) => [
          slider({ label: m.lab.word(`race.scale-${k + 1}`), control: "scale", value: scale[k], min: 0.01, max: 100, log: true, act: (v) => act("data.scale", two(m.setup.data.scale ?? [1, 1], k, v)) }),
          slider({ label: m.lab.word(`race.shift-${k + 1}`), control: "shift", value: shift[k], min: -10, max: 10, step: 0.5, act: (v) => act("data.shift", two(m.setup.data.shift ?? [0, 0], k, v)) }),
        ])];
    },
  },
  optimizer: {
    value: (s, m) => called(m, "optimizer", s.training.optimizer),
    build: (m, act) => [choices({ label: m.lab.word("race.optimizer"), control: "optimizer", value: m.setup.training.optimizer, choices: named(m, "optimizer", m.start.optimizers), act: (v) => act("training.optimizer", v) })],
  },
  lr: {
    value: (s) => same(plain(s.training.lr)),
    build: (m, act) => [slider({ label: m.lab.word("race.rate"), control: "lr", value: m.setup.training.lr, min: 0.0001, max: 10, log: true, act: (v) => act("training.lr", v) })],
  },
  batch: {
    value: (s) => same(s.training.batch),
    build: (m, act) => [slider({ label: m.lab.word("race.batch"), control: "batch", value: m.setup.training.batch, min: 1, max: 250, act: (v) => act("training.batch", v) })],
  },
  init: {
    value: (s, m) => initName(s.init, m),
    build: (m, act) => {
      const own = typeof m.setup.init === "string" ? { weight: 1, bias: 0 } : m.setup.init;
      return [choices({ label: m.lab.word("race.init"), control: "init", value: typeof m.setup.init === "string" ? m.setup.init : "", choices: named(m, "init", m.start.inits), act: (v) => act("init", v) }),
        make("p", { class: "tiny", text: m.lab.word("race.sigma-about") }),
        slider({ label: m.lab.word("race.sigma-w"), control: "sigma", value: own.weight, min: 0.1, max: 20, log: true, act: (v) => act("init", { ...own, ...(typeof m.setup.init === "string" ? {} : m.setup.init), weight: v }) }),
        slider({ label: m.lab.word("race.sigma-b"), control: "sigma", value: own.bias, min: 0, max: 2, step: 0.05, act: (v) => act("init", { ...own, ...(typeof m.setup.init === "string" ? {} : m.setup.init), bias: v }) })];
    },
  },
  norm: {
    value: (s, m) => called(m, "norm", s.network.norm),
    build: (m, act) => [choices({ label: m.lab.word("race.norm"), control: "norm", value: m.setup.network.norm ?? "none", choices: named(m, "norm", [null, "batch"]), act: (v) => act("network.norm", v === "none" ? null : v) })],
  },
  skip: {
    value: (s, m) => called(m, "skip", s.network.skip),
    build: (m, act) => [choices({ label: m.lab.word("race.skip"), control: "skip", value: m.setup.network.skip ?? "none", choices: named(m, "skip", [null, "residual", "rezero"]), act: (v) => act("network.skip", v === "none" ? null : v) })],
  },
  seed: {
    value: (s) => same(s.seed),
    build: (m, act) => [number({ label: m.lab.word("race.seed"), control: "seed", value: m.setup.seed, min: 0, max: 999999999, act: (v) => act("seed", v) }),
      number({ label: m.lab.word("race.data-seed"), control: "data-seed", value: m.setup.data.seed ?? 0, min: 0, max: 999999999, act: (v) => act("data.seed", v) }),
      make("p", { class: "tiny", text: m.lab.word("race.seed-about") })],
  },
  target: {
    value: (s) => same(percent(s.target, 0)),
    build: (m, act) => [slider({ label: m.lab.word("race.target"), control: "target", value: m.setup.target, min: 0.5, max: 1, step: 0.01, shown: (v) => percent(v, 0), act: (v) => act("target", v) })],
  },
};

/**
 * @param {Model} model
 * @param {HTMLElement} room where popovers are put
 * @param {(button: HTMLElement) => void} openData
 */
export function sentence(model, room, openData) {
  const paragraph = make("p", { class: "setup" });
  const act = (/** @type {string} */ path, /** @type {any} */ value) => void model.open(put(model.setup, path, value));
  const buttons = new Map(Object.entries(SETUP_WORDS).map(([id, word]) => [id, wordButton({
    control: id, about: model.lab.word(`race.${id}`),
    open: (button) => popover(button, room, model.lab.word(`race.${id}`), () => word.build(model, act)),
  })]));
  buttons.set("data", wordButton({ control: "data", about: model.lab.word("race.data"), open: (button) => { closePopover(); openData(button); } }));

  /** Say it again: the set-up or the language changed. */
  function render() {
    const focused = document.activeElement;
    for (const [id, word] of Object.entries(SETUP_WORDS)) tellWord(/** @type {HTMLElement} */ (buttons.get(id)), model.lab.word(`race.${id}`), word.value(model.setup, model));
    tellWord(/** @type {HTMLElement} */ (buttons.get("data")), model.lab.word("race.data"), dataName(model));
    const parts = say(model.lab.word("race.sentence")).split(/(\{\w+\})/);
    paragraph.replaceChildren(...parts.map((part) => buttons.get(part.slice(1, -1)) ?? part));
    if (focused instanceof HTMLElement && paragraph.contains(focused)) focused.focus({ preventScroll: true });
  }
  return { paragraph, render };
}

/** @param {Model} model @returns {Text} */
function dataName(model) {
  const { task, points } = model.setup.data;
  if (points) return model.lab.word("race.painted");
  return task ? called(model, "task", task) : model.lab.word("race.pasted");
}
