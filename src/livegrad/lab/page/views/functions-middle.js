// The middle of the functions view: the curve over the histogram, what is read at one place, the numbers below.

import { make, tell } from "../core/dom.js";
import { table } from "../core/table.js";
import { penOn } from "../draw/pen.js";
import { number, percent } from "../draw/scale.js";
import { drawing, slider } from "./functions-controls.js";
import { picture } from "./functions-curve.js";
import { read } from "./functions-plot.js";
import { numbers, source } from "./functions-source.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("./functions-state.js").Shown} Shown */

/**
 * @param {Lab} lab
 * @param {Shown} begun
 * @param {(change: Partial<Shown>) => void} act
 */
export function middle(lab, begun, act) {
  const word = (/** @type {string} */ key) => lab.word(`functions.${key}`);
  let shown = begun;
  /** @type {{ curves: any, bars: any }} */
  const last = { curves: null, bars: null };
  /** @type {{ of: string, weight: number | null } | undefined} */
  let critical;
  /** @type {import("./functions-plot.js").Plot | undefined} */
  let plot;
  let frame = 0;
  /** Draw with the next frame: a slider may ask more often than that. */
  const draw = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(drawn);
  };
  const drawn = () => {
    reading();
    if (!last.curves) return;
    view.say({ name: last.curves.name, square: last.bars ? number(last.bars.square, 3) : "–", faint: last.bars ? percent(last.bars.faint) : "–" });
    view.renew();
  };
  const view = drawing(lab, {
    control: "functions.table", height: "clamp(300px, 46vh, 520px)", name: word("says"),
    paint: () => {
      if (last.curves) plot = picture(penOn(view.canvas), { curves: last.curves, bars: last.bars, reach: shown.reach, second: shown.second, x: shown.x });
    },
    table: () => table(word("table"), [{ en: "x", ko: "x" }, { en: "f", ko: "f" }, { en: "f′", ko: "f′" }, { en: "f″", ko: "f″" }, word("share"), word("slope")], rows(last, shown.reach)),
  });
  const second = make("input", { set: { type: "checkbox", "data-control": "functions.second" }, on: { change: () => act({ second: second.checked }) } });
  const at = slider({ control: "functions.x", name: word("x"), low: -begun.reach, high: begun.reach, value: begun.x, step: 0.05, act: (x) => act({ x }) });
  const reach = slider({ control: "functions.reach", name: word("reach"), low: 1, high: 40, value: begun.reach, log: true, act: (value) => act({ reach: value }) });
  const values = make("output", { class: "reading" });
  const note = make("p", { class: "tiny" });
  const refusal = make("p", { class: "tiny wrong", text: word("kept"), set: { hidden: true } });
  const sources = source(lab, begun, act);
  const told = numbers(lab);
  const reading = () => {
    const curves = last.curves;
    if (!curves) return;
    const [f, df, ddf] = readings(curves, shown.x);
    tell(values, { text: word(shown.second ? "reading-second" : "reading"), values: { x: number(shown.x, 4), f: f ?? "", df: df ?? "", ddf: ddf ?? "" } });
  };
  const swatch = (/** @type {string} */ kind, /** @type {string} */ key) => make("li", {}, make("i", { class: `swatch ${kind}` }), make("span", { text: word(key) }));
  const legend = make("ul", { class: "legend" }, swatch("f", "legend-f"), swatch("df", "legend-df"), swatch("alive", "legend-alive"), swatch("faint", "legend-faint"), swatch("zero", "legend-zero"));
  let dragging = false;
  const pointed = (/** @type {PointerEvent} */ event) => {
    if (!plot || !(dragging || event.pointerType === "mouse")) return;
    const x = plot.x.value(event.offsetX);
    act({ x: Number(Math.max(-shown.reach, Math.min(shown.reach, x)).toFixed(2)) });
    at.put(shown.x);
  };
  view.canvas.addEventListener("pointerdown", (event) => { dragging = true; pointed(event); });
  view.canvas.addEventListener("pointermove", (event) => dragging && pointed(event));
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) view.canvas.addEventListener(end, () => { dragging = false; });
  const heading = make("h2", { text: word("curve") });
  const box = make("section", { class: "card stack main-curve", label: word("curve") },
    make("div", { class: "topline" }, heading, make("label", { class: "check" }, second, make("span", { text: word("second") })), view.button),
    view.canvas, view.place, legend, refusal, sources.kind, note, sources.box, told.box, make("div", { class: "settings" }, at, reach), values);
  return {
    box, draw, last, table: () => view.button.click(),
    /** @param {import("../core/words.js").Text} name */
    title: (name) => tell(heading, { text: word("curve-of"), values: { name } }),
    /** @param {Shown} now */
    put: (now) => {
      shown = now;
      second.checked = now.second;
      for (const input of at.querySelectorAll("input")) for (const [end, value] of [["min", -now.reach], ["max", now.reach]]) input.setAttribute(String(end), String(value));
      at.put(now.x);
      reach.put(now.reach);
      sources.put(now);
    },
    /** @param {any} card */
    card: (card) => {
      last.curves = card;
      draw();
    },
    /** @param {any} bars */
    bars: (bars) => {
      last.bars = bars;
      tell(note, { text: bars.outside > 0.0005 ? word("note-outside") : word("note"), values: { note: bars.note, mean: number(bars.mean, 2), deviation: number(bars.deviation, 3), outside: percent(bars.outside) } });
      told.put(bars, critical && critical.of === last.curves?.written ? critical.weight : undefined);
      draw();
    },
    /** @param {string} of @param {number | null} weight */
    critical: (of, weight) => {
      critical = { of, weight };
      if (last.bars && last.curves?.written === of) told.put(last.bars, weight);
    },
    /** @param {boolean} so */
    refused: (so) => {
      refusal.hidden = !so;
    },
  };
}

/**
 * @param {{ curves: any, bars: any }} last
 * @param {number} reach
 */
export function rows({ curves, bars }, reach) {
  const edges = bars ? Array.from(bars.edges.data) : [];
  return Array.from({ length: 21 }, (_, k) => {
    const x = -reach + (k * reach) / 10;
    const bin = edges.findIndex((edge, j) => edge <= x && x < (edges[j + 1] ?? -Infinity));
    const told = bin >= 0 ? [percent(bars.shares.data[bin]), number(bars.slopes.data[bin], 3)] : ["–", "–"];
    return [number(x, 3), ...readings(curves, x), ...told];
  });
}

/**
 * f, f′ and f″ at a place as words; between the points of the curves each is carried by the next one's slope, and f″,
 * which has none, is written with fewer digits.
 * @param {any} curves
 * @param {number} x
 */
const readings = (curves, x) => [
  number(read(curves.x.data, curves.f.data, x, curves.df.data), 4),
  number(read(curves.x.data, curves.df.data, x, curves.ddf.data), 4),
  number(read(curves.x.data, curves.ddf.data, x), 2),
];
