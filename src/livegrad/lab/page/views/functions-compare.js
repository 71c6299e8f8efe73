// Slopes of several functions over the histogram of one of them, told apart by dashes, marks and names.

import { make, tell } from "../core/dom.js";
import { table } from "../core/table.js";
import { penOn } from "../draw/pen.js";
import { number, percent } from "../draw/scale.js";
import { drawing, selecting } from "./functions-controls.js";
import { histogram } from "./functions-curve.js";
import { Plot, heights } from "./functions-plot.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("../draw/pen.js").Pen} Pen */

/** @type {{ ink: string, dash?: number[], width: number }[]} */
const STYLES = [
  { ink: "alive", width: 2.6 }, { ink: "theory", width: 1.8, dash: [8, 4] }, { ink: "positive", width: 2, dash: [2, 3] }, { ink: "negative", width: 2, dash: [10, 3, 2, 3] },
  { ink: "saturated", width: 2, dash: [5, 3] }, { ink: "third", width: 2, dash: [12, 4, 2, 4, 2, 4] }, { ink: "quote", width: 2, dash: [4, 2, 1, 2] }, { ink: "ink-3", width: 2, dash: [1, 2] },
];

/**
 * @param {Pen} pen
 * @param {any[]} lines
 * @param {number} reach
 */
export function slopes(pen, lines, reach) {
  const legend = 22 * Math.ceil(lines.length / Math.max(1, Math.floor((pen.width - 40) / 150))) + 6;
  const bottom = pen.height - 22;
  const plot = new Plot(pen, { x: [-reach, reach], y: heights(lines.map((line) => line.df.data), 3), box: [38, legend, pen.width - 10, bottom - 52] });
  plot.grid({ below: bottom });
  const first = lines[0];
  if (first) histogram(pen, { edges: first.edges, shares: first.shares, slopes: first.slopes }, plot.x, bottom - 42, bottom);
  lines.forEach((line, k) => plot.line(line.x.data, line.df.data, STYLES[k] ?? STYLES[0] ?? { ink: "ink" }));
  const columns = Math.max(1, Math.floor((pen.width - 40) / 150));
  lines.forEach((line, k) => {
    const [x, y] = [38 + (k % columns) * ((pen.width - 48) / columns), 12 + 22 * Math.floor(k / columns)];
    pen.line([x, y, x + 30, y], STYLES[k] ?? { ink: "ink" });
    pen.write(line.name, x + 36, y, { ink: "ink", size: 12, bold: k === 0 });
  });
}

/**
 * @param {Lab} lab
 * @param {string[]} names of the catalogue that have one slope for each input
 * @param {(names: string[]) => void} act
 */
export function comparison(lab, names, act) {
  const word = (/** @type {string} */ key) => lab.word(`functions.${key}`);
  /** @type {{ lines: any[], reach: number }} */
  let last = { lines: [], reach: 5 };
  /** @type {string[]} */
  let chosen = [];
  const chips = make("ul", { class: "chips" });
  const add = selecting({ control: "functions.compare", name: word("compare-add"), value: "", choices: [["", word("compare-choose")], ...names.map((name) => /** @type {[string, any]} */ ([name, { en: name, ko: name }]))], act: (name) => {
    add.put("");
    if (name && !chosen.includes(name) && chosen.length < 7) act([...chosen, name]);
  } });
  const view = drawing(lab, {
    control: "functions.compare-table", height: "300px", name: word("compare-says"),
    paint: () => last.lines.length && slopes(penOn(view.canvas), last.lines, last.reach),
    table: () => table(word("compare"), [word("function"), word("square"), word("faint"), word("factor-he")], last.lines.map((line) => [line.name, number(line.square, 3), percent(line.faint), `×${number(line.factors.find((/** @type {any} */ one) => one.init === "he").factor, 2)}`])),
  });
  const none = make("button", { class: "quiet", text: word("compare-none"), set: { "data-control": "functions.compare-none" }, on: { click: () => act([]) } });
  const best = make("p", { class: "small" });
  const drawn = make("div", { class: "stack", set: { hidden: true } }, view.canvas, view.place, best);
  const box = make("section", { class: "card compare stack" },
    make("div", { class: "topline" }, make("h2", { text: word("compare") }), view.button), make("p", { class: "small", text: word("compare-note") }),
    make("div", { class: "controls" }, add, chips, none), drawn);
  return {
    box, view,
    /** @param {string[]} now */
    choose: (now) => {
      if (now.join() === chosen.join() && chips.childElementCount === now.length && drawn.hidden === (now.length === 0)) return;
      chosen = now;
      drawn.hidden = now.length === 0;
      view.button.hidden = now.length === 0;
      none.hidden = now.length === 0;
      chips.replaceChildren(...now.map((name) => make("li", {}, make("button", { label: word("compare-drop"), set: { "data-control": "functions.compare-drop" }, on: { click: () => act(chosen.filter((one) => one !== name)) } }, `${name} ×`))));
      chips.querySelectorAll("button").forEach((button, k) => tell(button, { label: word("compare-drop"), values: { name: now[k] ?? "" } }));
    },
    /** @param {any[]} lines @param {number} reach */
    put: (lines, reach) => {
      last = { lines, reach };
      const top = [...lines].sort((a, b) => b.square - a.square);
      if (top.length > 1) tell(best, { text: word("compare-best"), values: { best: top[0].name, square: number(top[0].square, 3), least: top.at(-1).name, least_square: number(top.at(-1).square, 3) } });
      view.say({ names: lines.map((line) => line.name).join(", ") });
      view.renew();
    },
    lines: () => last.lines,
  };
}
