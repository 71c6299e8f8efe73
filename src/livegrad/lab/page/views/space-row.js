// One network of the hidden-space view: a large picture, a strip of all layers, and the same as a table.

import { ICONS, icon, make, say, tell } from "../core/dom.js";
import { table } from "../core/table.js";
import { same, spoken } from "../core/words.js";
import { penOn } from "../draw/pen.js";
import { percent } from "../draw/scale.js";
import { drawStage, drawStrip, panelAt, stripPlan } from "./space-draw.js";
import { degrees, placeOf, stages } from "./space-way.js";

/** @typedef {import("./space-way.js").Row} Row */
/** @typedef {import("./space-state.js").Shown} Shown */
/** @typedef {import("../core/lab.js").Lab} Lab */

/** Panels stay small where both networks are to be seen at once. */
const cap = () => (innerHeight > 1080 ? 216 : 164);

export class RowCard {
  /**
   * @param {Lab} lab
   * @param {(layer: number) => void} go to a whole layer
   */
  constructor(lab, go) {
    this.lab = lab;
    /** @type {Row | null} */
    this.row = null;
    /** @type {number[]} */
    this.classes = [];
    this.tabled = false;
    this.said = "";
    /** @type {Row | null} */
    this.of = null;
    const word = (/** @type {string} */ key) => lab.word(`space.${key}`);
    this.name = make("h2", {});
    this.turned = make("p", { class: "small turned" });
    this.chosen = make("p", { class: "small" });
    this.place = make("p", { class: "small here" });
    this.stage = make("canvas", { set: { role: "img" }, label: lab.word("shell.nothing-yet") });
    this.strip = make("canvas", { set: { role: "img" }, label: lab.word("shell.nothing-yet") });
    this.table = make("div", { set: { hidden: true } });
    this.button = make("button", { class: "quiet", set: { "aria-pressed": "false", "data-control": "space.table" }, on: { click: () => this.toggle() } }, icon(ICONS.table));
    this.buttonWords = make("span", { text: lab.word("shell.as-table") });
    this.button.append(this.buttonWords);
    this.strip.addEventListener("pointerdown", (event) => {
      if (!this.row) return;
      const layer = panelAt(event.offsetX, event.offsetY, (stages(this.row.after) + 1) / 2, this.strip.clientWidth, cap());
      if (layer !== null) go(layer);
    });
    this.big = make("div", { class: "big" }, this.stage, this.place);
    this.all = make("div", { class: "all" }, this.strip, this.table, this.chosen);
    this.box = make("section", { class: "card passage" },
      make("div", { class: "passage-head" }, this.name, this.turned, this.button),
      make("div", { class: "pictures" }, this.big, this.all));
    tell(this.button, { title: word("key-table") });
  }

  toggle() {
    this.tabled = !this.tabled;
    this.button.setAttribute("aria-pressed", String(this.tabled));
    tell(this.buttonWords, { text: this.lab.word(this.tabled ? "shell.drawing" : "shell.as-table") });
    this.strip.hidden = this.tabled;
    this.table.hidden = !this.tabled;
    this.#table();
    if (this.shown) this.draw(this.shown);
  }

  /**
   * @param {Row} row
   * @param {number[]} classes
   */
  put(row, classes) {
    this.row = row;
    this.classes = classes;
    tell(this.name, { text: same(row.name) });
    tell(this.chosen, {
      text: this.lab.word("space.chosen"),
      values: { count: row.starts * row.rates, starts: row.starts, rates: row.rates, start: row.start + 1, rate: row.rate, accuracy: percent(row.accuracy), middle: percent(row.middle) },
    });
    this.#table();
  }

  #table() {
    const { row, lab } = this;
    if (!row || !this.tabled) return;
    const word = (/** @type {string} */ key) => lab.word(`space.${key}`);
    const rows = Array.from({ length: (stages(row.after) + 1) / 2 }, (_, layer) => [
      layer ? String(layer) : word("points"),
      percent(row.before.shares.data[2 * layer] ?? NaN), percent(row.after.shares.data[2 * layer] ?? NaN),
      degrees(row.before.turned.data[2 * layer] ?? NaN), degrees(row.after.turned.data[2 * layer] ?? NaN),
    ]);
    const caption = filled(word("table"), row.name);
    this.table.replaceChildren(table(caption, ["column-layer", "column-before", "column-cut", "column-turned-before", "column-turned"].map(word), rows));
  }

  /** @param {Shown} shown */
  draw(shown) {
    this.shown = shown;
    const { row, lab } = this;
    if (!row) return;
    const passage = row[shown.moment];
    const depth = (stages(passage) - 1) / 2;
    const at = Math.min(shown.at, 2 * depth);
    drawStage(penOn(this.stage), passage, at, this.classes, shown.yaw);
    this.#say(shown, depth, Math.round(at));
    if (this.tabled) return;
    this.strip.style.height = `${stripPlan(depth + 1, this.strip.clientWidth || 300, cap()).height}px`;
    const name = (/** @type {number} */ layer, /** @type {boolean} */ short) => (layer ? say(lab.word(`space.${short ? "layer-short" : "layer"}`), { layer }) : say(lab.word("space.points")));
    drawStrip(penOn(this.strip), passage, { at, classes: this.classes, yaw: shown.yaw, cap: cap(), name });
  }

  /**
   * @param {Shown} shown
   * @param {number} depth
   * @param {number} at whole
   */
  #say(shown, depth, at) {
    const { row, lab } = this;
    const key = `${shown.moment} ${at} ${row?.name}`;
    if (!row || (key === this.said && this.of === row)) return;
    this.said = key;
    this.of = row;
    const passage = row[shown.moment];
    const { key: where, layer } = placeOf(at, row.name);
    const place = lab.word(`space.${where}`);
    const values = { layer, name: row.name };
    const spokenPlace = { en: spoken(place, "en", values), ko: spoken(place, "ko", values) };
    tell(this.place, { text: place, values });
    tell(this.turned, { text: lab.word("space.turned"), values: { degrees: degrees(passage.turned.data[2 * depth] ?? NaN) } });
    const share = percent(passage.shares.data[at] ?? NaN);
    tell(this.stage, { label: lab.word("space.stage"), values: { name: row.name, place: spokenPlace, degrees: degrees(passage.turned.data[at] ?? NaN), share } });
    tell(this.strip, { label: lab.word("space.strip"), values: { name: row.name, depth, first: percent(passage.shares.data[0] ?? NaN), last: percent(passage.shares.data[2 * depth] ?? NaN) } });
  }
}

/**
 * @param {import("../core/words.js").Text} text
 * @param {string} name
 */
const filled = (text, name) => ({ en: text.en.replace("{name}", name), ko: text.ko.replace("{name}", name) });
