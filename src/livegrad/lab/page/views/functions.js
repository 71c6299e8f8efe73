// The view "functions": a slope matters only where the units sit.

import { make, say, tell } from "../core/dom.js";
import { Refused } from "../core/line.js";
import { Newest } from "./functions-asking.js";
import { comparison } from "./functions-compare.js";
import { list } from "./functions-list.js";
import { formula } from "./functions-math.js";
import { middle } from "./functions-middle.js";
import { accuracy, check, ownFormula, parameters, properties, said } from "./functions-side.js";
import { asked, saved, understood } from "./functions-state.js";
import { taken } from "./functions-taken.js";
import { vectors } from "./functions-vector.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("./functions-state.js").Shown} Shown */

/** @type {import("../core/lab.js").View} */
export const view = {
  id: "functions",
  open: (root, lab, state) => new Functions(root, lab, understood(state)).opened(),
};

class Functions {
  /**
   * @param {HTMLElement} root
   * @param {Lab} lab
   * @param {Shown} shown
   */
  constructor(root, lab, shown) {
    this.lab = lab;
    this.shown = shown;
    this.asks = 0;
    /** @type {any} */
    this.card = null;
    const word = (/** @type {string} */ key) => lab.word(`functions.${key}`);
    const refused = (/** @type {unknown} */ error) => this.#refused(error);
    const ask = (/** @type {string} */ action) => (/** @type {object} */ given) => lab.line.ask(`functions.${action}`, given);
    this.middle = middle(lab, shown, (change) => this.change(change));
    this.own = ownFormula(lab, (text) => this.change(text ? { formula: text, parameters: {} } : { formula: "", parameters: {} }));
    this.parameters = parameters(lab, (name, value) => this.change({ parameters: { ...this.shown.parameters, [name]: value } }));
    this.check = check(lab);
    this.said = said(lab);
    this.properties = properties(lab);
    this.accuracy = accuracy(lab, async () => {
      try {
        await lab.line.ask("functions.accuracy", { ...asked(this.shown), asked: ++this.asks });
      } catch (error) {
        this.accuracy.clear();
        lab.complain(error);
      }
    });
    this.vectors = vectors(lab, (change) => this.change(change));
    /** @type {ReturnType<typeof comparison> | undefined} */
    this.comparison = undefined;
    /** @type {ReturnType<typeof list> | undefined} */
    this.list = undefined;
    this.show = new Newest(ask("show"), (answer, question) => this.#card(answer, question), refused);
    this.facts = new Newest(ask("facts"), (answer) => {
      this.properties.put(answer);
      this.middle.critical(answer.of, answer.critical);
    }, () => {});
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.later = undefined;
    this.bars = new Newest(ask("histogram"), (answer) => this.middle.bars(answer), refused);
    this.compares = new Newest(ask("compare"), (answer) => this.comparison?.put(answer.lines, this.shown.reach), refused);
    this.vector = new Newest((/** @type {any} */ given) => lab.line.ask(`functions.${given.slopes ? "pieces" : "vector"}`, given), (answer) => this.vectors.put(answer), refused);
    this.about = make("p", { class: "small" });
    this.source = make("p", { class: "tiny" });
    this.remarks = make("div", { class: "small" });
    const race = make("button", { class: "primary", text: word("race"), set: { "data-control": "functions.race" }, on: { click: () => lab.go("race", { lanes: [{ activation: this.card?.written ?? this.shown.name }, { activation: this.card?.id === "relu" ? "tanh" : "relu" }] }) } });
    this.race = make("div", { class: "controls" }, race);
    this.title = make("h2", {});
    this.formula = make("div", { class: "formula", set: { tabindex: 0, role: "group" }, label: word("formula") });
    this.place = make("div", { class: "list-place" }, make("p", { class: "small", text: word("loading") }));
    this.wide = make("div", {});
    const about = make("section", { class: "card about", label: word("chosen") }, this.title, this.formula, this.about, this.remarks, this.check.box, this.source, this.race);
    const side = make("div", { class: "stack side" }, this.own.box, this.parameters.box, about, this.said.box, this.properties.box, this.accuracy.box);
    const centre = make("div", { class: "stack centre" }, this.middle.box, this.vectors.box, this.wide);
    root.append(make("div", { class: "head" }, make("div", {}, make("h1", { text: word("title") }), make("p", { text: word("lead") }))), make("div", { class: "functions" }, this.place, centre, side));
    this.undo = [lab.line.listen("functions.accuracy", (found) => found.asked === this.asks && this.accuracy.put(found)), lab.line.listen("trouble", (told) => {
      if (told.job !== "functions.accuracy") return;
      this.accuracy.clear();
      lab.complain(new Refused(told.error));
    }), lab.line.onAgain(() => this.refresh())];
    lab.bind(["t", "T", "ㅅ"], word("key-table"), () => (this.card?.vector ? this.vectors : this.middle).table());
    lab.bind("[", word("key-shallower"), () => this.change({ depth: Math.max(1, this.shown.depth - 1) }));
    lab.bind("]", word("key-deeper"), () => this.change({ depth: Math.min(100, this.shown.depth + 1) }));
    void this.#catalogue();
    this.refresh();
  }

  async #catalogue() {
    try {
      const found = await this.lab.line.ask("functions.list");
      this.list = list(this.lab, found, (name) => this.change({ name, formula: "", parameters: {} }));
      this.place.replaceChildren(this.list.box);
      const names = found.functions.filter((/** @type {any} */ one) => one.group !== "vector").map((/** @type {any} */ one) => one.id);
      this.comparison = comparison(this.lab, names, (compare) => this.change({ compare }));
      this.wide.replaceChildren(this.comparison.box);
      this.#standing();
      if (this.card) this.#compare();
      this.list.reveal();
    } catch (error) {
      this.lab.complain(error);
    }
  }

  /** @param {Partial<Shown>} change */
  change(change) {
    if (change.seed === -1) change.seed = (this.shown.seed + 1) % 1000;
    const other = "name" in change || "formula" in change;
    Object.assign(this.shown, change);
    if (other) this.accuracy.clear();
    this.lab.remember(saved(this.shown));
    if ("x" in change) return this.middle.draw();
    if ("second" in change) return this.middle.draw();
    this.refresh();
  }

  refresh() {
    this.#standing();
    this.show.want(asked(this.shown));
  }

  #standing() {
    const { shown } = this;
    this.list?.mark(shown.formula ? "" : (this.card && !this.card.own ? this.card.id : shown.name));
    this.own.put(shown.formula);
    this.middle.put(shown);
    this.vectors.choose(shown);
    this.comparison?.choose(shown.compare);
  }

  /**
   * @param {any} card
   * @param {any} question whose answer it is: not that of a formula which was refused since
   */
  #card(card, question) {
    const first = this.card?.written !== card.written;
    this.card = card;
    const { shown, lab } = this;
    if (question.formula === shown.formula) {
      this.own.complain(null);
      this.middle.refused(false);
    }
    const name = card.own ? lab.word("functions.own") : { en: card.name, ko: card.name };
    tell(this.title, { text: lab.word("functions.about"), values: { name } });
    this.middle.title(name);
    this.vectors.title(name);
    this.formula.replaceChildren(formula(card.formula) ?? "");
    tell(this.about, { text: card.about });
    this.remarks.replaceChildren(...card.remarks.map((/** @type {any} */ text) => make("p", { text })));
    this.source.hidden = !card.source;
    tell(this.source, { text: lab.word("functions.source"), values: { source: card.source } });
    const vector = card.vector;
    this.middle.box.hidden = vector;
    this.vectors.box.hidden = !vector;
    this.wide.hidden = vector;
    this.race.hidden = vector;
    this.check.box.hidden = vector;
    this.accuracy.box.hidden = vector;
    this.parameters.put(card.id === "maxout" ? { ...card, parameters: [] } : card, shown.parameters);
    this.said.put(card);
    if (first) {
      clearTimeout(this.later); // facts take longest: not while a slider moves
      this.later = setTimeout(() => this.facts.want(question), 250);
    }
    this.list?.mark(card.own ? "" : card.id);
    if (vector) {
      this.vector.want(card.id === "maxout" ? { slopes: shown.slopes, offsets: shown.offsets } : { ...asked(shown), inputs: shown.inputs, temperature: shown.temperature, moved: Math.min(shown.moved, shown.inputs.length - 1) });
      return;
    }
    this.check.put(card);
    this.middle.card(card);
    this.bars.want(question);
    this.#compare();
  }

  #compare() {
    const { compare } = this.shown;
    if (compare.length && this.card && !this.card.vector) this.compares.want({ ...asked(this.shown), names: [...new Set([this.card.written, ...compare])] });
  }

  /** @param {unknown} error */
  #refused(error) {
    if (this.shown.formula && error instanceof Refused) {
      this.own.complain(error.text);
      this.middle.refused(true);
      if (!this.card) this.show.want({ ...asked(this.shown), formula: "", parameters: {} }); // the address held a formula that cannot be read
    } else this.lab.complain(error);
  }

  /** @returns {import("../core/lab.js").Opened} */
  opened() {
    return {
      restate: (state) => {
        this.shown = understood(state);
        this.refresh();
      },
      paint: () => {
        this.middle.draw();
        this.vectors.view.renew();
        this.comparison?.view.renew();
      },
      close: () => {
        clearTimeout(this.later);
        this.undo.forEach((undo) => undo());
        [this.show, this.facts, this.bars, this.compares, this.vector].forEach((each) => each.close());
      },
      taken: () => taken(this.lab, this.card, this.middle.last, this.shown, say),
    };
  }
}
