// One lane: its card, what it says, what it draws. Only what changed is drawn again.

import { ICONS, icon, make, say, tell } from "../core/dom.js";
import { classPixels, drawPoints, fieldPixels, zeroLine } from "../draw/field.js";
import { ladder, layerAt } from "../draw/ladder.js";
import { penOn } from "../draw/pen.js";
import { glyph, lossChart } from "./race-draw.js";
import { curveOf, flat } from "./race-model.js";
import { alike, differs, tenTo } from "./race-lane-words.js";
import { percent, share } from "./race-state.js";

/** @typedef {import("./race-model.js").Model} Model */
/** @typedef {import("./race-model.js").LaneFacts} LaneFacts */
/** @typedef {import("./race-model.js").LaneFrame} LaneFrame */
/** @typedef {import("../core/frames.js").Numbers} Numbers */
/** @typedef {{ min: number, max: number, last: number, low: number, high: number, dense: boolean, first: boolean }} Axes shared by all lanes */

const FLOAT32_ENDS = -44.85; // log10 of the smallest number of float32 that is not 0

export class LaneCard {
  /**
   * @param {Model} model
   * @param {number} index
   * @param {{ clone: (button: HTMLElement, from: number) => void }} acts
   */
  constructor(model, index, acts) {
    this.model = model;
    this.index = index;
    const word = model.lab.word;
    const facts = this.facts;
    const id = `race-lane-${index}`;
    this.glyph = make("canvas", { class: "glyph", set: { "aria-hidden": "true" } });
    this.badge = make("span", { class: "badge", set: { hidden: true } });
    const values = { lane: facts.name };
    const choose = make("button", { class: "name", text: facts.name, set: { id, "data-control": "race.lane" }, on: { click: () => model.choose({ lane: index }) } });
    const clone = make("button", { class: "quiet icon", label: word("race.clone-lane"), values, set: { "data-control": "race.clone", "aria-haspopup": "dialog", "aria-expanded": "false" }, on: { click: () => acts.clone(clone, index) } }, icon(ICONS.plus));
    const drop = make("button", { class: "quiet icon drop", label: word("race.drop-lane"), values, set: { "data-control": "race.drop", hidden: (model.race?.lanes.length ?? 1) < 2 }, on: { click: () => void model.drop(index) } }, icon(ICONS.minus));
    this.radio = make("input", { set: { type: "radio", name: "race-guess", value: index, "data-control": "race.guess" }, on: { change: () => model.choose({ guess: index }) } });
    this.guess = make("label", { class: "guess" }, this.radio, make("span", { text: word("race.comes-first"), values }));
    this.field = make("canvas", { set: { "aria-hidden": "true", width: 48, height: 48 } });
    this.line = make("canvas", { class: "over", set: { "aria-hidden": "true" } });
    this.dots = make("canvas", { class: "over", set: { "aria-hidden": "true" } });
    this.tile = make("div", { class: "tile", set: { role: "img" }, label: word("shell.nothing-yet") }, this.field, this.line, this.dots);
    this.loss = make("canvas", { class: "loss", set: { role: "img" }, label: word("shell.nothing-yet") });
    this.score = make("dd", { class: "number" }, "–");
    this.home = make("dd", { class: "number" }, "–");
    this.scoreName = make("dt", { text: word("race.accuracy") });
    this.rungs = make("canvas", { class: "ladder", set: { role: "img" }, on: { click: (event) => this.#pick(event) } });
    this.atCursor = make("dd", { class: "number" }, "–");
    this.cursorName = make("dt", { text: word("race.measured-at"), values: { layer: 1 } });
    this.theoryFirst = make("dd", { class: "number" });
    tenTo(this.theoryFirst, facts.theory ? (flat(facts.theory.gradient)[0] ?? NaN) : NaN);
    this.words = make("p", { class: "words" });
    this.stopped = make("div", { class: "stopped", set: { hidden: true } });
    this.top = make("div", { class: "top" }, this.tile, make("div", { class: "curve" }, this.loss,
      make("dl", { class: "scores" }, make("div", {}, this.scoreName, this.score), make("div", { class: "homed" }, make("dt", { text: word("race.home-at"), values: { target: percent(model.setup.target, 0) } }), this.home))));
    this.root = make("section", { class: "lane card", set: { "aria-labelledby": id } },
      make("header", {}, this.glyph, make("div", { class: "title" }, make("h2", {}, choose), make("p", { class: "tiny differs", text: differs(model, index) })), this.badge, clone, drop),
      this.guess, this.top,
      make("p", { class: "tiny axis-name", text: word("race.ladder-axis") }), this.rungs,
      make("dl", { class: "at-cursor" }, make("div", {}, this.cursorName, this.atCursor), make("div", {}, make("dt", { text: word("race.theory-first") }), this.theoryFirst)),
      this.words, this.stopped);
    this.root.addEventListener("click", (event) => {
      if (!(/** @type {HTMLElement} */ (event.target)).closest("button, label, input")) model.choose({ lane: index });
    });
    this.aria = 0;
    this.key = ""; // of what the ladder shows
    /** @type {{ gradient?: Numbers | undefined, units?: Numbers | undefined, field?: Numbers | undefined }} */
    this.drawn = {};
    /** @type {ImageData | undefined} */
    this.pixels = undefined;
    this.cure = "";
  }

  get facts() {
    return /** @type {LaneFacts} */ (this.model.race?.lanes[this.index]);
  }

  get shown() {
    return this.model.frame?.lanes[this.index];
  }

  /** @param {MouseEvent} event */
  #pick(event) {
    const layer = layerAt(event.offsetY, this.rungs.clientHeight, this.facts.layers);
    this.model.choose({ lane: this.index, ...(layer ? { layer } : {}) });
  }

  /** What never changes while it races: its glyph and its points. */
  still() {
    this.key = "";
    this.field.dataset.old = "true";
    this.aria = 0;
    const curve = curveOf(this.facts);
    this.glyph.hidden = !curve;
    if (curve) glyph(penOn(this.glyph), curve);
    const data = this.model.race?.data;
    if (data) drawPoints(penOn(this.dots), { points: data.points, labels: data.labels.data, extent: data.extent, kind: data.kind }, this.dots.clientWidth < 100 ? 1.5 : 2);
  }

  /** The two numbers that change with every frame; all else is said when it was looked at anew. */
  count() {
    const { shown } = this;
    if (!shown || this.model.epoch === 0) return;
    this.score.textContent = shown.score_name === "r2" ? shown.accuracy.toFixed(3) : percent(shown.accuracy);
    this.home.textContent = shown.home === null ? "–" : String(shown.home);
  }

  /** Words and numbers. */
  say() {
    const { model, shown } = this;
    const first = model.epoch === 0;
    const chosen = model.lane === this.index;
    this.root.classList.toggle("chosen", chosen);
    if (chosen) this.root.setAttribute("aria-current", "true");
    else this.root.removeAttribute("aria-current");
    this.guess.hidden = !first;
    this.radio.checked = model.choice.guess === this.index;
    this.guess.classList.toggle("mine", this.radio.checked);
    tell(this.cursorName, { values: { layer: Math.min(model.choice.layer, this.facts.layers) } });
    if (!shown || first) {
      this.badge.hidden = true;
      this.stopped.hidden = true;
      this.score.textContent = this.home.textContent = "–";
      tenTo(this.atCursor, NaN);
      return this.#promise();
    }
    tell(this.scoreName, { text: model.lab.word(shown.score_name === "r2" ? "race.r2" : "race.accuracy") });
    this.count();
    tenTo(this.atCursor, flat(shown.gradient)[Math.min(model.choice.layer, this.facts.layers) - 1] ?? NaN);
    this.badge.hidden = shown.state === "racing";
    this.badge.className = `badge ${{ home: "ok", stuck: "mid", diverged: "bad", racing: "" }[shown.state]}`;
    if (shown.state !== "racing") tell(this.badge, { text: model.lab.word(`race.${shown.state}`) });
    tell(this.words, { text: shown.words });
    this.#stop(shown);
  }

  /** Before the first epoch only theory speaks. */
  #promise() {
    const { theory } = this.facts;
    const part = theory ? share(flat(theory.gradient)[0] ?? NaN) : { kind: "none", count: "" };
    tell(this.words, { text: this.model.lab.word(`race.promise-${part.kind}`), values: { count: part.count } });
  }

  /** @param {LaneFrame} shown */
  #stop(shown) {
    const { stopped } = shown;
    const key = stopped ? `${stopped.epoch} ${stopped.layer} ${stopped.cause.en}` : "";
    this.stopped.hidden = !stopped;
    if (!stopped || key === this.cure) return;
    this.cure = key;
    const { model } = this;
    const cure = stopped.cure;
    this.stopped.replaceChildren(make("p", { text: stopped.cause }),
      ...(cure ? [make("button", { text: cure.label, set: { "data-control": "race.cure" }, on: { click: () => void model.clone(this.index, cure.with) } })] : []));
  }

  /**
   * The curve: at every frame.
   * @param {Axes} axes
   */
  drawLoss(axes) {
    const { shown } = this;
    const none = new Float32Array(0);
    const lane = shown && !axes.first ? { at: flat(shown.at), loss: flat(shown.loss), low: flat(shown.loss_low), high: flat(shown.loss_high), home: shown.home } : { at: none, loss: none, low: none, high: none, home: null };
    lossChart(penOn(this.loss), lane, { last: axes.last, min: axes.low, max: axes.high, words: say(this.model.lab.word("race.epoch")) });
  }

  /**
   * Ladder and boundary: when they were measured anew.
   * @param {Axes} axes
   * @param {boolean} rungs whether the ladder is near the screen
   * @param {boolean} tile whether the boundary is
   */
  drawSlow(axes, rungs, tile) {
    const { shown, model } = this;
    const key = `${axes.min} ${axes.max} ${axes.first} ${model.choice.layer} ${this.#marked()}`;
    const fresh = key !== this.key || !alike(shown?.gradient, this.drawn.gradient) || !alike(shown?.units, this.drawn.units);
    if (fresh && rungs) {
      this.#drawLadder(axes);
      this.key = key;
      this.drawn = { ...this.drawn, gradient: shown?.gradient, units: shown?.units };
    }
    if (tile && (this.field.dataset.old === "true" || !alike(shown?.field, this.drawn.field))) {
      this.#boundary();
      this.field.dataset.old = "false";
      this.drawn = { ...this.drawn, field: shown?.field };
    }
    const now = performance.now();
    if (now - this.aria < 1000 && model.running) return;
    this.aria = now;
    this.#names();
  }

  /** @param {Axes} axes */
  #drawLadder(axes) {
    const { shown, facts, model } = this;
    const measured = shown ? flat(shown.gradient) : new Float32Array(facts.layers).fill(NaN);
    const width = Math.max(...facts.units);
    const units = shown?.units ?? { shape: [facts.layers, width], data: new Uint8Array(facts.layers * width) };
    const names = axes.dense && this.index ? [] : Array.from({ length: facts.layers }, (_, k) => String(k + 1));
    ladder(penOn(this.rungs), [this.lane(measured, units)], {
      min: axes.min, max: axes.max, ends: axes.min < FLOAT32_ENDS ? FLOAT32_ENDS : null, names, factors: true, units: true,
      empty: axes.first, cursor: axes.dense ? model.choice.layer : null, marked: this.#marked(),
    });
  }

  /**
   * @param {ArrayLike<number>} measured
   * @param {import("../core/frames.js").Numbers} units
   * @returns {import("../draw/ladder.js").Lane}
   */
  lane(measured, units) {
    const { theory } = this.facts;
    return { measured, units, still: this.shown?.still ?? null, ...(theory ? { theory: flat(theory.gradient), theoryLow: flat(theory.low), theoryHigh: flat(theory.high) } : {}) };
  }

  #marked() {
    if (this.model.epoch === 0) return [];
    return (this.model.frame?.findings ?? []).filter((one) => one.lane === this.index && one.severity === "error" && one.layer).map((one) => Number(one.layer));
  }

  #boundary() {
    const { shown, model } = this;
    const field = shown?.field;
    const context = this.field.getContext("2d");
    const pen = penOn(this.line);
    if (!field || !context) return;
    const [rows = 48, columns = 48] = field.shape;
    if (this.field.width !== columns) this.field.width = this.field.height = columns;
    const classes = model.race?.data.kind === "classes";
    this.pixels = classes ? classPixels(field.data, columns, rows) : fieldPixels(field.data, columns, rows, this.pixels);
    context.putImageData(this.pixels, 0, 0);
    if (classes || model.race?.data.kind === "regression") return;
    const segments = zeroLine(field.data, columns, rows, pen.width, pen.height);
    pen.segments(segments, { ink: "panel", width: 3.5 });
    pen.segments(segments, { ink: "ink", width: 1.4 });
  }

  /** What the drawings show, in a sentence each. */
  #names() {
    const { model, shown, facts } = this;
    const word = model.lab.word;
    const lane = facts.name;
    tell(this.tile, { label: word("race.tile-name"), values: { lane, score: this.score.textContent ?? "" } });
    const losses = flat(shown?.loss);
    tell(this.loss, { label: word("race.loss-name"), values: { lane, loss: losses.length ? Number(losses[losses.length - 1]).toPrecision(3) : "–", epoch: model.epoch } });
    this.rungs.setAttribute("aria-label", `${say(word("race.ladder-name"), { lane, layers: facts.layers })} ${this.words.textContent ?? ""}`);
  }
}
