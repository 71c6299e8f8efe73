// The ladder at one step, what the layer under the cursor gets, and both as a table.

import { make, tell } from "../core/dom.js";
import { table } from "../core/table.js";
import { axis, ladder, layerAt } from "../draw/ladder.js";
import { penOn } from "../draw/pen.js";
import { column, fitted, shortNames, squares, stillLine, value } from "./clinic-case.js";
import { factor, number, share } from "./clinic-scale.js";
import { choices } from "./functions-controls.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("./clinic-case.js").Case} Case */
/** @typedef {import("./clinic-state.js").Shown} Shown */
/** @typedef {{ one: Case, at: number, shown: Shown, marked: number[] }} Now */

/** @typedef {["relative" | "relative_weight" | "update" | "moved" | "slope" | "saturated" | "asleep", string]} Part */
const NUMBERS = /** @type {Part[]} */ ([["relative", "gradient"], ["relative_weight", "weight"], ["update", "update"], ["moved", "moved"], ["slope", "slope"], ["saturated", "saturated"], ["asleep", "asleep"]]);

/**
 * How a number of a layer is written.
 * @param {Case} one
 * @param {Part[0]} name
 * @param {number} layer from 0
 * @param {number} at
 */
const written = (one, name, layer, at) => {
  const found = value(one[name], layer, at);
  return name.startsWith("relative") ? factor(found) : name === "slope" ? number(found) : share(found);
};

/**
 * How the ladder is drawn now, on any paper.
 * @param {import("../draw/pen.js").Pen} pen
 * @param {Now} now
 */
export function drawLadder(pen, { one, at, shown, marked }) {
  const grid = shown.gradient === "w" ? one.relative_weight : one.relative;
  const measured = column(grid, at);
  const [min, max] = axisOf(grid);
  const names = shortNames(one.layers.map((layer) => layer.name)).map((name) => fitted(name, (words) => words.length <= (pen.width > 420 ? 22 : 12)));
  ladder(pen, [{ measured, units: squares(one, at), still: stillLine(measured, one.still) }], {
    min, max, names, factors: pen.width > 420, units: pen.width > 340, marked, cursor: shown.layer || null,
  });
}

/** @type {WeakMap<object, [number, number]>} */
const axes = new WeakMap();

/** The same axis at every step. @param {import("../core/frames.js").Numbers} grid */
function axisOf(grid) {
  const found = axes.get(grid) ?? axis([grid.data], 4);
  axes.set(grid, found);
  return found;
}

/** @param {number} layers */
export const ladderHeight = (layers) => 24 + Math.max(120, Math.min(620, layers * (layers > 24 ? 12 : 26)));

/**
 * @param {Lab} lab
 * @param {{ layer: (layer: number) => void, gradient: (gradient: "z" | "w") => void }} act
 */
export function ladderCard(lab, act) {
  const word = (/** @type {string} */ key) => lab.word(`clinic.${key}`);
  const title = make("h2", {});
  const note = make("p", { class: "tiny" });
  const canvas = make("canvas", { set: { role: "img" }, label: lab.word("shell.nothing-yet") });
  const place = make("div", { set: { hidden: true } });
  const button = make("button", { class: "quiet", text: lab.word("shell.as-table"), set: { "aria-pressed": "false", "data-control": "clinic.ladder-table" }, on: { click: () => toggle() } });
  const quantity = choices({ control: "clinic.gradient", name: word("quantity"), choices: [["z", word("gradient")], ["w", word("weight-gradient")]], value: "z", act: (value) => act.gradient(value === "w" ? "w" : "z") });
  const units = make("ul", { class: "legend", label: word("squares") }, make("li", { text: word("squares") }),
    ...["alive", "saturated", "dead", "asleep"].map((kind) => make("li", {}, make("span", { class: `unit ${kind}`, set: { "aria-hidden": "true" } }), make("span", { text: word(kind) }))));
  const layerTitle = make("h3", {});
  const numbers = make("dl", { class: "numbers-of" });
  const cells = NUMBERS.map(([name, key]) => {
    const shown = make("dd", {});
    numbers.append(make("div", {}, make("dt", { text: word(`number-${key}`) }), shown));
    return { name, shown };
  });
  const layer = make("div", { class: "at-layer" }, layerTitle, numbers, make("p", { class: "tiny", text: word("layer-note") }));
  const box = make("section", { class: "card rungs" }, make("div", { class: "card-head" }, title, button), note, quantity, canvas, place, units, layer);
  /** @type {Now | undefined} */
  let now;
  canvas.addEventListener("pointerdown", (event) => {
    const found = now && layerAt(event.offsetY, canvas.clientHeight, now.one.layers.length);
    if (found) act.layer(found);
  });
  function toggle() {
    const shown = place.hidden;
    place.hidden = !shown;
    canvas.hidden = shown;
    button.setAttribute("aria-pressed", String(shown));
    tell(button, { text: lab.word(shown ? "shell.drawing" : "shell.as-table") });
    if (now) draw(now);
  }
  /** @param {Now} given */
  function draw(given) {
    now = given;
    const { one, at, shown } = given;
    const step = one.sampled.data[at] ?? 0;
    const grid = shown.gradient === "w" ? one.relative_weight : one.relative;
    tell(title, { text: word("ladder"), values: { step } });
    tell(note, { text: word("ladder-note"), values: { share: `${100 * one.still_below} %` } });
    quantity.put(shown.gradient);
    tell(canvas, { label: word("ladder-says"), values: { count: one.layers.length, step, first: factor(value(grid, 0, at)), still: one.still.filter(Boolean).length } });
    if (!place.hidden) place.replaceChildren(asTable(lab, one, at));
    else {
      canvas.style.height = `${ladderHeight(one.layers.length)}px`;
      drawLadder(penOn(canvas), given);
    }
    const chosen = one.layers[shown.layer - 1];
    layer.hidden = !chosen;
    if (!chosen) return;
    tell(layerTitle, { text: word("at-layer"), values: { step, name: chosen.name, kind: chosen.kind, activation: chosen.activation ?? word("no-activation") } });
    cells.forEach((cell) => { cell.shown.textContent = written(one, cell.name, shown.layer - 1, at); });
  }
  return { box, draw, toggle };
}

/**
 * @param {Lab} lab
 * @param {Case} one
 * @param {number} at
 */
function asTable(lab, one, at) {
  const word = (/** @type {string} */ key) => lab.word(`clinic.${key}`);
  const text = word("table-ladder");
  const step = String(one.sampled.data[at] ?? 0);
  const caption = { en: text.en.replace("{step}", step), ko: text.ko.replace("{step}", step) };
  return table(caption, [word("layer"), ...NUMBERS.map(([, key]) => word(`number-${key}`))],
    one.layers.map((layer, k) => [`${k + 1} · ${layer.name}`, ...NUMBERS.map(([name]) => written(one, name, k, at))]));
}

