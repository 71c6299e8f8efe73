// Where the histogram comes from: N(0, s²), a network at its start, or after training; layer, depth, width, weights.

import { make } from "../core/dom.js";
import { percent, number } from "../draw/scale.js";
import { choices, figure, selecting, slider } from "./functions-controls.js";
import { INITS } from "./functions-state.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("./functions-state.js").Shown} Shown */

/** @param {string} words */
const same = (words) => ({ en: words, ko: words });

/**
 * @param {Lab} lab
 * @param {Shown} shown
 * @param {(change: Partial<Shown>) => void} act
 */
export function source(lab, shown, act) {
  const word = (/** @type {string} */ key) => lab.word(`functions.${key}`);
  const kind = choices({ control: "functions.histogram", name: word("histogram"), value: shown.histogram, act: (value) => act({ histogram: /** @type {any} */ (value) }),
    choices: [["normal", word("normal")], ["start", word("start")], ["trained", word("trained")]] });
  const whole = (/** @type {keyof Shown} */ name, /** @type {number} */ low, /** @type {number} */ high) => slider({ control: `functions.${name}`, name: word(name), low, high, value: Number(shown[name]), step: 1, act: (value) => act({ [name]: Math.round(value) }) });
  const deviation = slider({ control: "functions.deviation", name: word("deviation"), low: 0.1, high: 20, value: shown.deviation, log: true, act: (value) => act({ deviation: value }) });
  const [layer, depth, width, steps] = [whole("layer", 1, 100), whole("depth", 1, 100), whole("width", 2, 64), whole("steps", 1, 2000)];
  const init = selecting({ control: "functions.init", name: word("init"), value: shown.init, choices: INITS.map((name) => [name, same(name)]), act: (value) => act({ init: value }) });
  const again = make("button", { text: word("other-seed"), set: { "data-control": "functions.seed" }, on: { click: () => act({ seed: -1 }) } });
  const network = make("div", { class: "settings" }, layer, depth, width, steps, init, again);
  const normal = make("div", { class: "settings" }, deviation);
  const box = make("div", { class: "source" }, normal, network);
  const put = (/** @type {Shown} */ now) => {
    kind.put(now.histogram);
    deviation.put(now.deviation);
    depth.put(now.depth);
    width.put(now.width);
    steps.put(now.steps);
    init.put(now.init);
    for (const input of layer.querySelectorAll("input")) input.setAttribute("max", String(now.depth));
    layer.put(Math.min(now.layer, now.depth));
    normal.hidden = now.histogram !== "normal";
    network.hidden = now.histogram === "normal";
    steps.hidden = now.histogram !== "trained";
  };
  put(shown);
  return { box, put, kind: make("div", { class: "controls" }, make("span", { class: "small", text: word("where") }), kind) };
}

/**
 * The three numbers below the curve, and what a layer does to the gradient with each kind of weights.
 * @param {Lab} lab
 */
export function numbers(lab) {
  const word = (/** @type {string} */ key) => lab.word(`functions.${key}`);
  const square = figure(word("square"), word("square-note"));
  const faint = figure(word("faint"), word("faint-note"));
  const scores = figure(word("trained-accuracy"), word("trained-accuracy-note"));
  const factor = make("dd", { class: "factors" });
  const box = make("dl", { class: "numbers-row" }, square, faint, make("div", { class: "told wide" }, make("dt", { text: word("factor") }), factor), scores);
  const note = make("p", { class: "tiny", text: word("factor-note") });
  return {
    box,
    /** @param {any} bars @param {number | null | undefined} critical σ_w on the edge of chaos; undefined: not known yet */
    put: (bars, critical) => {
      square.put(number(bars.square, 3));
      faint.put(percent(bars.faint));
      faint.note(word(bars.zero > 0 ? "faint-zero" : "faint-note"), { zero: percent(bars.zero), n: number(bars.n, 5) });
      scores.hidden = bars.accuracy === null;
      scores.put(bars.accuracy === null ? "" : percent(bars.accuracy));
      const all = [...bars.factors, { init: "critical", weight: critical, factor: critical ? critical * Math.sqrt(bars.square) : null }];
      factor.replaceChildren(make("ul", {}, ...all.map((/** @type {any} */ one) => make("li", {},
        make("strong", { class: "number" }, one.factor === null ? (one.weight === undefined ? "…" : "–") : `×${number(one.factor, 2)}`),
        make("span", {}, one.init),
        one.weight === undefined ? null : one.weight === null ? make("span", { class: "tiny", text: word("no-critical") }) : make("span", { class: "tiny" }, `σ_w = ${number(one.weight, 3)}`)))), note);
    },
  };
}
