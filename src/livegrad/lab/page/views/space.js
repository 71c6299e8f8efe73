// The view "space": straight stays straight, until something bends it.

import { make, tell } from "../core/dom.js";
import { Refused } from "../core/line.js";
import { percent } from "../draw/scale.js";
import { Newest } from "./functions-asking.js";
import { controls } from "./space-controls.js";
import { Player } from "./space-player.js";
import { RowCard } from "./space-row.js";
import { asked, saved, understood } from "./space-state.js";
import { taken } from "./space-taken.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("./space-state.js").Shown} Shown */

/** @type {import("../core/lab.js").View} */
export const view = {
  id: "space",
  open: (root, lab, state) => new Space(root, lab, state).opened(),
};

let turns = 0;
const LOOKED = ["at", "yaw", "moment"]; // changes that need no new networks

class Space {
  /**
   * @param {HTMLElement} root
   * @param {Lab} lab
   * @param {Record<string, any>} state
   */
  constructor(root, lab, state) {
    this.lab = lab;
    /** @type {import("./space-state.js").Start} */
    this.start = lab.start.space;
    this.shown = understood(state, this.start);
    this.turn = 0;
    /** @type {RowCard[]} */
    this.cards = [];
    const word = (/** @type {string} */ key) => lab.word(`space.${key}`);
    this.controls = controls(lab, this.start, this.shown, (change) => this.change(change));
    this.player = new Player(lab, (at) => this.#moved(at));
    this.progress = make("p", { class: "small progress" });
    this.meter = make("i", {});
    const meter = make("div", { class: "meter", set: { "aria-hidden": "true" } }, this.meter);
    this.state = make("div", { class: "space-state" }, this.progress, meter);
    this.controls.box.append(this.state);
    this.rows = make("div", { class: "stack" });
    this.held = make("p", { class: "small", text: word("explain-cut") });
    this.plane = make("p", { class: "small", text: word("explain-plane") });
    const mark = (/** @type {string} */ kind) => make("span", { class: `mark-${kind}`, set: { "aria-hidden": "true" } });
    const legend = make("ul", { class: "legend", label: word("legend") },
      ...["class-0", "class-1", "legend-cut", "legend-share", "legend-turned"].map((key) => make("li", {}, mark(key), make("span", { text: word(key) }))));
    const notes = make("details", { class: "extra" }, make("summary", { text: word("explain"), set: { "data-control": "space.explain" } }),
      make("div", { class: "notes" }, this.held, make("p", { class: "small", text: word("explain-turned") }), make("p", { class: "small", text: word("explain-scale") }), this.plane));
    root.append(
      make("div", { class: "head" }, make("div", {}, make("h1", { text: word("title") }), make("p", { text: word("lead") }))),
      make("div", { class: "stack space" }, this.controls.box, this.rows, this.player.box, legend, notes));
    this.open = new Newest((/** @type {any} */ given) => lab.line.ask("space.open", given), () => {}, (error) => this.#failed(error));
    this.undo = [
      lab.line.listen("space", (value) => this.#hear(value)),
      lab.line.listen("trouble", (told) => told.job === "space" && this.#failed(new Refused(told.error))),
      lab.line.onAgain(() => this.refresh()),
    ];
    lab.bind(" ", word("key-play"), () => this.player.toggle());
    lab.bind("ArrowLeft", word("key-back"), () => this.player.go(Math.ceil(this.player.at) - 1));
    lab.bind("ArrowRight", word("key-on"), () => this.player.go(Math.floor(this.player.at) + 1));
    lab.bind("Home", word("key-first"), () => this.player.go(0));
    lab.bind("End", word("key-last"), () => this.player.go(Infinity));
    lab.bind(["t", "T", "ㅅ"], word("key-table"), () => this.cards.forEach((card) => card.toggle()));
    lab.bind(["n", "N", "ㅜ"], word("key-new"), () => this.change({ seed: -1 }));
    lab.bind("[", word("key-shallower"), () => this.change({ depth: Math.max(1, this.shown.depth - 1) }));
    lab.bind("]", word("key-deeper"), () => this.change({ depth: Math.min(this.start.deepest, this.shown.depth + 1) }));
    this.refresh();
  }

  /** @param {Partial<Shown>} change */
  change(change) {
    if (change.seed === -1) change.seed = (this.shown.seed + 1) % 2001;
    const { shown } = this;
    Object.assign(shown, change);
    if (change.depth) shown.at = Math.min(shown.at, 2 * change.depth);
    this.lab.remember(saved(shown, this.start));
    this.controls.put(shown);
    if (Object.keys(change).every((name) => LOOKED.includes(name))) return this.draw();
    clearTimeout(this.later);
    this.later = setTimeout(() => this.refresh(), 120); // not at every place of a slider on its way
  }

  refresh() {
    const { shown } = this;
    this.turn = ++turns;
    this.player.stop();
    this.controls.put(shown);
    this.#progress(0);
    this.open.want({ turn: this.turn, setup: asked(shown) });
  }

  /** @param {number} at */
  #moved(at) {
    this.shown.at = at;
    if (Number.isInteger(at)) this.lab.remember(saved(this.shown, this.start));
    this.draw();
  }

  /** @param {number} share */
  #progress(share) {
    this.state.dataset.state = "running";
    this.rows.setAttribute("aria-busy", "true");
    tell(this.progress, { text: this.lab.word("space.running"), values: { share: Math.round(100 * share) } });
    this.meter.style.width = `${100 * share}%`;
  }

  /** @param {any} value */
  #hear(value) {
    if (value.turn !== this.turn) return;
    if (!value.rows) return this.#progress(value.share);
    /** @type {import("./space-way.js").Row[]} */
    const rows = value.rows;
    const classes = Array.from(/** @type {ArrayLike<number>} */ (value.labels.data), (one) => Number(one > 0.5));
    if (rows.length !== this.cards.length) {
      this.cards = rows.map(() => new RowCard(this.lab, (layer) => this.player.go(2 * layer)));
      this.rows.replaceChildren(...this.cards.map((card) => card.box));
    }
    rows.forEach((row, k) => this.cards[k]?.put(row, classes));
    tell(this.held, { text: this.lab.word("space.explain-cut"), values: { held: value.held, trained: value.trained } });
    this.plane.hidden = this.shown.width < 3;
    this.state.dataset.state = "done";
    this.rows.setAttribute("aria-busy", "false");
    const told = rows.map((row) => `${row.name} ${percent(row.after.shares.data[2 * this.shown.depth] ?? NaN)}`).join(", ");
    tell(this.progress, { text: this.lab.word("space.done"), values: { told } });
    this.lab.announce(this.lab.word("space.done"), { told }); // once, not at every per cent
    this.player.put(this.shown.at, 2 * this.shown.depth);
    this.draw();
  }

  draw() {
    this.cards.forEach((card) => card.draw(this.shown));
  }

  /** @param {unknown} error */
  #failed(error) {
    this.state.dataset.state = "failed";
    this.rows.setAttribute("aria-busy", "false");
    const text = error instanceof Refused ? error.text : this.lab.word("shell.unexpected");
    tell(this.progress, { text });
    this.lab.announce(text);
    if (!(error instanceof Refused)) this.lab.complain(error);
  }

  /** @returns {import("../core/lab.js").Opened} */
  opened() {
    return {
      restate: (state) => {
        this.shown = understood(state, this.start);
        this.refresh();
      },
      paint: () => this.draw(),
      close: () => {
        clearTimeout(this.later);
        this.player.stop();
        this.open.close();
        this.undo.forEach((undo) => undo());
        this.lab.line.ask("space.close").catch(() => {});
      },
      taken: () => taken(this.lab, this.cards, this.shown),
    };
  }
}
