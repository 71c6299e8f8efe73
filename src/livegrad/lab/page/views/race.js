// The race: lanes from one start that differ in one thing. This module puts its parts together.

import { make, tell } from "../core/dom.js";
import { same } from "../core/words.js";
import { axis } from "../draw/ladder.js";
import { cloning } from "./race-clone.js";
import { controls } from "./race-controls.js";
import { dataDialog } from "./race-data.js";
import { decades } from "./race-draw.js";
import { Findings } from "./race-findings.js";
import { bindKeys } from "./race-keys.js";
import { Inspector } from "./race-inspector.js";
import { LaneCard } from "./race-lane.js";
import { flat, Model } from "./race-model.js";
import { closePopover } from "./race-popover.js";
import { heading, podiumList, spokenSummary } from "./race-says.js";
import { sentence } from "./race-sentence.js";
import { dense, packed, put, unpacked, USUAL } from "./race-state.js";
import { tableToggle, taken } from "./race-taken.js";
import { VerdictSheet } from "./race-verdict.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("./race-lane.js").Axes} Axes */

/** @type {import("../core/lab.js").View} */
export const view = {
  id: "race",
  open(root, lab, state) {
    return new RaceView(root, lab, state);
  },
};


class RaceView {
  /**
   * @param {HTMLElement} root
   * @param {Lab} lab
   * @param {Record<string, any>} state
   */
  constructor(root, lab, state) {
    this.lab = lab;
    this.model = new Model(lab, state, { opened: () => this.#opened(), framed: () => this.#framed(), chosen: () => this.#chosen() });
    /** @type {LaneCard[]} */
    this.cards = [];
    this.room = make("div", { class: "race" });
    this.sentence = sentence(this.model, this.room, (button) => void dataDialog(this.model, this.room, button));
    this.controls = controls(this.model);
    this.inspector = new Inspector(this.model);
    this.findings = new Findings(this.model);
    this.verdict = new VerdictSheet(this.model);
    this.tables = tableToggle(this.model, () => this.cards);
    this.#build(root);
    this.wanted = { fast: false, slow: false };
    this.frame = 0;
    this.looks = this.turn = -1;
    /** @type {Set<Element>} */
    this.visible = new Set();
    this.watch = new IntersectionObserver((changes) => {
      for (const { target, isIntersecting } of changes) if (isIntersecting) this.visible.add(target);
      else this.visible.delete(target);
      this.#chosen();
    }, { rootMargin: "200px" });
    this.watch.observe(this.inspector.root);
    this.told = { at: 0, home: "", tiles: 0 };
    /** @type {[number, number]} */
    this.span = [0, 0];
    this.undo = [lab.line.listen("race", (frame) => this.model.heard(frame)), lab.line.listen("verdict", (verdict) => this.verdict.hear(verdict)), lab.line.onAgain(() => void this.model.again())];
    bindKeys(this.model, { verdict: () => this.verdict.open(), clone: () => this.#clone(), table: () => this.tables.toggle(), guess: () => this.cards[this.model.lane]?.radio.focus() });
    void this.#begin();
  }

  /** Where the address asks for what cannot be had, there is a way on. */
  async #begin() {
    this.lanes?.replaceChildren(make("div", { class: "ghost" }, make("p", { text: this.lab.word("race.opening"), set: { role: "status" } })));
    if ((await this.model.open()) || this.model.race) return;
    const again = make("button", { class: "primary", text: this.lab.word("race.usual"), set: { "data-control": "race.usual" }, on: { click: () => void this.model.open(this.model.usual) } });
    this.lanes?.replaceChildren(make("div", { class: "ghost" }, make("p", { text: this.lab.word("race.empty") }), again));
  }

  /** @param {HTMLElement} root */
  #build(root) {
    const word = this.lab.word;
    const { model } = this;
    this.title = make("h1", { text: word("race.question"), values: { target: "95 %" } });
    this.lanes = make("div", { class: "lanes", label: word("race.lanes"), set: { role: "group" } });
    this.aside = make("div", { class: "aside stack", set: { hidden: true } }, this.findings.root, this.inspector.root);
    this.podium = make("div", { class: "podium-room" });
    this.remarks = make("p", { class: "tiny" });
    this.add = make("button", { class: "add", text: word("race.add-lane"), set: { "data-control": "race.add-lane", "aria-haspopup": "dialog", "aria-expanded": "false" }, on: { click: () => this.#clone() } });
    this.deep = make("button", { text: word("race.to-depth"), values: { depth: 100 }, set: { "data-control": "race.deep" }, on: { click: () => void model.open(put(model.setup, "network.depth", model.setup.network.depth > 12 ? 6 : 100)) } });
    const legend = ["alive", "hollow", "theory", "unit", "saturated", "dead", "asleep", "ends", "cursor"].map((id) => make("li", { class: `says-${id}` }, make("span", { class: `key key-${id}`, set: { "aria-hidden": "true" } }), make("span", { text: word(`race.legend-${id}`) })));
    const explained = ["accuracy", "home", "ladder", "factor", "dead", "saturated", "locked", "band", "rate"].flatMap((id) => [make("dt", { text: word(`race.number-${id}`) }), make("dd", { text: word(`race.explain-${id}`) })]);
    this.room.append(
      make("div", { class: "head" }, make("div", {}, this.title, this.sentence.paragraph, this.remarks), this.controls.root),
      this.podium,
      make("div", { class: "field" },
        make("div", { class: "track" }, this.lanes,
          make("div", { class: "under" }, make("ul", { class: "legend", label: word("race.legend") }, ...legend),
            make("div", { class: "controls" }, this.add, this.deep, this.tables.button, make("button", { text: word("race.verdict"), set: { "data-control": "race.verdict" }, on: { click: () => this.verdict.open() } }))),
          this.tables.room,
          make("details", { class: "explained" }, make("summary", { text: word("race.numbers") }), make("dl", {}, ...explained))),
        this.aside),
      this.verdict.dialog,
    );
    root.append(this.room);
  }

  #clone() {
    if (this.add) cloning(this.model, this.add, this.room, this.model.lane);
  }

  /** The lab answered with a race: new lanes stand on the page. */
  #opened() {
    const { race } = this.model;
    if (!race) return;
    const acted = document.activeElement?.closest(".lane, .finding") ?? document.activeElement?.closest(".popover")?.querySelector("[data-control='race.add']");
    const focused = acted ? this.model.lane : -1; // what had the focus goes away with the old lanes
    this.cards = race.lanes.map((_, k) => new LaneCard(this.model, k, { clone: (button, from) => cloning(this.model, button, this.room, from) }));
    const deepest = Math.max(...race.lanes.map((lane) => lane.layers));
    if (this.aside) this.aside.hidden = false;
    this.room.dataset.dense = String(dense(race.lanes));
    this.lanes?.style.setProperty("--count", String(race.lanes.length));
    this.lanes?.style.setProperty("--ladder", `${Math.min(420, Math.max(150, 24 + deepest * (dense(race.lanes) ? 24 : 33)))}px`);
    this.lanes?.replaceChildren(...this.cards.map((card) => card.root));
    this.watch.disconnect();
    this.visible.clear();
    [this.inspector.root, ...this.cards.flatMap((card) => [card.top, card.rungs])].forEach((element) => this.watch.observe(element));
    if (this.add) this.add.disabled = race.lanes.length >= this.model.start.limits.lanes;
    if (this.deep) tell(this.deep, { values: { depth: this.model.setup.network.depth > 12 ? 6 : 100 } });
    if (focused >= 0) /** @type {HTMLElement | null | undefined} */ (this.cards[focused]?.root.querySelector(".name"))?.focus({ preventScroll: true });
    this.looks = -1;
    this.span = [0, 0];
    this.told.home = "";
    this.paint();
  }

  #framed() {
    this.wanted.fast = true;
    if (this.model.frame?.looks !== this.looks || this.model.frame?.exact) this.wanted.slow = true;
    this.#soon();
  }

  #chosen() {
    this.wanted.fast = this.wanted.slow = true;
    this.#soon();
  }

  #soon() {
    if (!this.frame) this.frame = requestAnimationFrame(() => this.#draw());
  }

  /** @returns {Axes} */
  #axes() {
    const { model } = this;
    const lanes = model.race?.lanes ?? [];
    const first = model.epoch === 0;
    const values = [...lanes.flatMap((lane) => (lane.theory ? [flat(lane.theory.low), flat(lane.theory.high)] : [])), ...(first ? [] : (model.frame?.lanes ?? []).map((lane) => flat(lane.gradient)))];
    const [min, max] = axis(values);
    this.span = [Math.min(min, this.span[0]), Math.max(max, this.span[1])]; // grows while it races, so that it does not tremble
    const [low, high] = decades(first ? [] : (model.frame?.lanes ?? []).flatMap((lane) => [flat(lane.loss)]));
    const last = Math.max(100, ...(model.frame?.lanes ?? []).map((lane) => flat(lane.at)[flat(lane.at).length - 1] ?? 0));
    return { min: this.span[0], max: this.span[1], last, low, high, dense: this.room.dataset.dense === "true", first };
  }

  #draw() {
    this.frame = 0;
    const { wanted, model } = this;
    this.wanted = { fast: false, slow: false };
    if (!model.race || !this.room.isConnected) return;
    const axes = this.#axes();
    this.controls.count(); // all words first: the page is then laid out once, not once for each drawing
    this.cards.forEach((card) => card.count());
    if (wanted.slow) {
      this.controls.render();
      this.cards.forEach((card) => card.say());
      this.inspector.say();
      this.findings.say();
      this.#speak();
    }
    this.turn += 1;
    this.cards.forEach((card, k) => {
      const halves = model.running && (k + this.turn) % 2; // every other curve at a time: 15 times a second are smooth
      if (this.#seen(card.top) && !halves) card.drawLoss(axes);
      if (wanted.slow) card.drawSlow(axes, this.#seen(card.rungs), this.#seen(card.top));
    });
    if (!wanted.slow) return;
    this.looks = model.frame?.looks ?? -1;
    const now = performance.now();
    if (this.#seen(this.inspector.root) && (!model.running || now - this.told.tiles > 120)) {
      this.told.tiles = now;
      this.inspector.draw();
      this.inspector.name();
    }
    if (!model.running) this.tables.fill();
  }

  /** What is far from the screen is not drawn while it runs. @param {Element} element */
  #seen(element) {
    return !this.model.running || this.visible.has(element);
  }

  /** The heading, the podium, and a sentence for ears every five seconds or when something happens. */
  #speak() {
    const { model, lab } = this;
    if (this.title) tell(this.title, heading(model));
    const frame = model.frame;
    const home = (frame && model.epoch > 0 ? frame.lanes : []).map((lane) => `${lane.home} ${lane.stopped ? 1 : 0}`).join();
    const happened = home !== this.told.home;
    if (happened) this.podium?.replaceChildren(...podiumList(model));
    const now = performance.now();
    if (!frame || model.epoch === 0 || (!happened && (!model.running || now - this.told.at < 5000))) return void (this.told.home = home);
    this.told = { ...this.told, at: now, home };
    lab.announce(spokenSummary(model));
  }

  paint() {
    if (!this.model.race) return;
    this.sentence.render();
    tell(/** @type {Element} */ (this.remarks), { text: joined(this.model.race.data.remarks) });
    this.cards.forEach((card) => card.still());
    this.verdict.paint();
    this.wanted.fast = this.wanted.slow = true;
    cancelAnimationFrame(this.frame);
    this.#draw();
  }

  /** @param {Record<string, any>} state */
  restate(state) {
    const { setup, choice } = unpacked(state, this.model.usual);
    const written = (/** @type {import("./race-state.js").Setup} */ one) => JSON.stringify(packed(one, this.model.usual, USUAL));
    const other = written(setup) !== written(this.model.setup);
    this.model.choice = choice;
    if (other) void this.model.open(setup);
    else this.model.choose({});
  }

  taken() {
    return taken(this.model, this.cards, this.#axes(), this.sentence.paragraph.textContent ?? "");
  }

  close() {
    cancelAnimationFrame(this.frame);
    this.watch.disconnect();
    this.undo.forEach((act) => act());
    closePopover();
    if (this.model.running) void this.lab.line.ask("race.pause").catch(() => undefined);
  }
}

/** @param {import("../core/words.js").Text[]} texts */
const joined = (texts) => (texts.length ? { en: texts.map((one) => one.en).join(" "), ko: texts.map((one) => one.ko).join(" ") } : same(""));
