// Functions of a whole vector: inputs as sliders, outputs as bars, the Jacobian as numbers, and maxout's pieces.

import { make, tell } from "../core/dom.js";
import { row } from "../core/frames.js";
import { table } from "../core/table.js";
import { penOn } from "../draw/pen.js";
import { number } from "../draw/scale.js";
import { drawing, selecting, slider } from "./functions-controls.js";
import { Plot } from "./functions-plot.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("./functions-state.js").Shown} Shown */

const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 3], [12, 4, 2, 4], [4, 2, 1, 2], [1, 2]];
const INKS = ["alive", "theory", "positive", "negative", "saturated", "third", "quote", "ink-3"];
/** @param {string} words */
const same = (words) => ({ en: words, ko: words });

/**
 * @param {import("../draw/pen.js").Pen} pen
 * @param {ArrayLike<number>} xs
 * @param {ArrayLike<number>[]} lines
 * @param {{ names: string[], thick?: number, at?: number }} how
 */
export function sweep(pen, xs, lines, { names, thick = -1, at = NaN }) {
  const all = lines.flatMap((line) => [...Array.from(line)]).filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...all), Math.max(1, ...all)];
  const plot = new Plot(pen, { x: [xs[0] ?? 0, xs[xs.length - 1] ?? 1], y: [low - 0.04 * (high - low), high + 0.06 * (high - low)], box: [38, 10, pen.width - 12, pen.height - 24] });
  plot.grid();
  if (Number.isFinite(at)) pen.segments([plot.x.at(at), plot.box.top, plot.x.at(at), plot.box.bottom], { ink: "focus", dash: [3, 3] });
  lines.forEach((line, k) => plot.line(xs, line, k === thick ? { ink: "theory", width: 5, alpha: 0.35 } : { ink: INKS[k] ?? "ink", width: 2, dash: DASHES[k] ?? [] }));
  lines.forEach((line, k) => plot.name(names[k] ?? "", xs, line, { ink: "ink", share: k === thick ? 0.5 : 0.9 - 0.12 * (k % 4) }));
}

/**
 * @param {Lab} lab
 * @param {(change: Partial<Shown>) => void} act
 */
export function vectors(lab, act) {
  const word = (/** @type {string} */ key) => lab.word(`functions.${key}`);
  /** @type {any} */
  let last = null;
  /** @type {Shown | null} */
  let shown = null;
  let standing = "";
  const inputs = make("div", { class: "stack" });
  const bars = make("ol", { class: "outputs" });
  const sum = make("p", { class: "small", set: { "aria-live": "off" } });
  const jacobian = make("div", {});
  const moved = make("div", {});
  const temperature = slider({ control: "functions.temperature", name: word("temperature"), low: 0.1, high: 10, value: 1, log: true, note: word("temperature-note"), act: (value) => act({ temperature: value }) });
  const names = () => Array.from({ length: last?.piece ? shown?.slopes.length ?? 0 : last?.outputs?.data.length ?? 0 }, (_, k) => (last?.piece ? `${k + 1}` : `y${k + 1}`));
  const lines = () => (last.piece ? [...names().map((_, k) => row(last.lines, k).data), last.largest.data] : names().map((_, k) => row(last.sweep, k).data));
  const view = drawing(lab, {
    control: "functions.vector-table", height: "260px", name: word("vector-says"),
    paint: () => last && sweep(penOn(view.canvas), last.x.data, lines(), { names: last.piece ? [...names(), "max"] : names(), thick: last.piece ? names().length : -1, at: last.piece ? NaN : shown?.inputs[shown.moved] ?? NaN }),
    table: () => table(word("vector-sweep"), [same("x"), ...names().map(same), ...(last.piece ? [same("max")] : [])], Array.from(last.x.data).flatMap((x, k) => (k % 10 ? [] : [[number(x, 3), ...lines().map((line) => number(line[k] ?? NaN, 3))]]))),
  });
  const more = make("button", { text: word("one-more"), set: { "data-control": "functions.more" }, on: { click: () => resize(1) } });
  const fewer = make("button", { text: word("one-less"), set: { "data-control": "functions.fewer" }, on: { click: () => resize(-1) } });
  const resize = (/** @type {number} */ by) => {
    if (!shown) return;
    const grown = (/** @type {number[]} */ list, /** @type {number} */ next) => (by > 0 ? [...list, next].slice(0, 8) : list.slice(0, Math.max(2, list.length - 1)));
    act(isMaxout(shown) ? { slopes: grown(shown.slopes, 0.5), offsets: grown(shown.offsets, 0) } : { inputs: grown(shown.inputs, 0) });
  };
  const isMaxout = (/** @type {Shown} */ now) => now.name === "maxout" && !now.formula;
  const build = (/** @type {Shown} */ now) => {
    const put = (/** @type {keyof Shown} */ list, /** @type {number} */ k) => (/** @type {number} */ value) => shown && act({ [list]: /** @type {number[]} */ (shown[list]).map((old, at) => (at === k ? value : old)) });
    const make_slider = (/** @type {keyof Shown} */ list, /** @type {number} */ k, /** @type {number} */ reach, /** @type {string} */ name) => slider({ control: `functions.${list}.${k}`, name: same(name), low: -reach, high: reach, value: /** @type {number[]} */ (now[list])[k] ?? 0, step: 0.1, act: put(list, k) });
    if (isMaxout(now)) inputs.replaceChildren(...now.slopes.flatMap((_, k) => [make_slider("slopes", k, 3, `a${k + 1}`), make_slider("offsets", k, 3, `b${k + 1}`)]));
    else inputs.replaceChildren(...now.inputs.map((_, k) => make_slider("inputs", k, 6, `x${k + 1}`)));
    moved.replaceChildren(selecting({ control: "functions.moved", name: word("moved"), value: String(now.moved), choices: now.inputs.map((_, k) => [String(k), same(`x${k + 1}`)]), act: (value) => act({ moved: Number(value) }) }));
  };
  const heading = make("h3", { text: word("jacobian") });
  const title = make("h2", { text: word("vector") });
  const box = make("section", { class: "card stack vectors", label: word("vector"), set: { hidden: true } },
    make("div", { class: "topline" }, title, view.button), make("p", { class: "small", text: word("vector-note") }),
    make("div", { class: "two" }, make("div", { class: "stack" }, inputs, make("div", { class: "controls" }, more, fewer), temperature), make("div", { class: "stack" }, bars, sum, heading, jacobian)), moved, view.canvas, view.place);
  return {
    box, view, table: () => view.button.click(),
    /** @param {import("../core/words.js").Text} name */
    title: (name) => tell(title, { text: word("vector-of"), values: { name } }),
    /** @param {Shown} now */
    choose: (now) => {
      shown = now;
      const wanted = isMaxout(now) ? `max ${now.slopes.length}` : `${now.inputs.length}`;
      if (standing !== wanted) build(now);
      standing = wanted;
      inputs.querySelectorAll(".slide").forEach((each, k) => {
        const value = isMaxout(now) ? (k % 2 ? now.offsets : now.slopes)[k >> 1] : now.inputs[k];
        /** @type {any} */ (each).put(value ?? 0);
      });
      temperature.put(now.temperature);
      for (const element of [temperature, moved, bars, heading, jacobian]) element.hidden = isMaxout(now);
    },
    /** @param {any} answer */
    put: (answer) => {
      last = answer;
      if (answer.piece) tell(sum, { text: word("pieces-note") });
      else {
        const values = Array.from(/** @type {Float32Array} */ (answer.outputs.data));
        const most = Math.max(...values.map(Math.abs), 1e-9);
        bars.replaceChildren(...values.map((value, k) => make("li", {}, make("span", {}, `y${k + 1}`), make("span", { class: "beam" }, make("i", { set: { style: `width:${(100 * Math.abs(value)) / most}%` } })), make("strong", { class: "number" }, Math.abs(value) < 10 ? value.toFixed(3).replace("-", "−") : number(value, 4)))));
        const whole = Math.abs(answer.sum - 1) < 1e-6 && values.every((value) => value >= 0) ? "sum-one" : "sum";
        tell(sum, { text: word(whole), values: { sum: number(answer.sum, 6) } });
        const [m = 0, n = 0] = answer.jacobian.shape;
        jacobian.replaceChildren(table(word("jacobian-note"), [same("∂y/∂x"), ...Array.from({ length: n }, (_, k) => same(`x${k + 1}`))], Array.from({ length: m }, (_, k) => [`y${k + 1}`, ...Array.from(row(answer.jacobian, k).data).map((value) => number(value, 3))])));
      }
      view.say({ names: names().join(", ") });
      view.renew();
    },
  };
}
