// The view "guide": a short dialogue that ends in advice.

import { make, say } from "../core/dom.js";
import { adviceCard, asText } from "./guide-advice.js";
import { back, before, choices, named, next, questions, understood } from "./guide-state.js";
import { Newest } from "./functions-asking.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("./guide-state.js").Answers} Answers */
/** @typedef {import("./guide-state.js").Question} Question */

/** @type {import("../core/lab.js").View} */
export const view = {
  id: "guide",
  open: (root, lab, state) => new Guide(root, lab, understood(state)).opened(),
};

class Guide {
  /**
   * @param {HTMLElement} root
   * @param {Lab} lab
   * @param {Answers} answers
   */
  constructor(root, lab, answers) {
    this.lab = lab;
    this.answers = answers;
    /** @type {import("./guide-advice.js").Told[]} */
    this.advice = [];
    const word = (/** @type {string} */ key) => lab.word(`guide.${key}`);
    this.given = make("ol", { class: "given" });
    this.question = make("div", { class: "question" });
    this.told = make("div", { class: "stack" });
    this.back = make("button", { text: word("back"), set: { "data-control": "guide.back" }, on: { click: () => this.go(back(this.answers)) } });
    this.restart = make("button", { class: "quiet", text: word("restart"), set: { "data-control": "guide.restart" }, on: { click: () => this.go({}) } });
    this.steps = make("div", { class: "controls" }, this.back, this.restart);
    const dialogue = make("section", { class: "dialogue", label: word("dialogue") }, this.given, this.question, this.steps);
    root.append(make("div", { class: "head" }, make("div", {}, make("h1", { text: word("title") }), make("p", { text: word("lead") }))),
      make("div", { class: "guide" }, dialogue, this.told));
    this.asks = new Newest((/** @type {Answers} */ given) => lab.line.ask("guide.ask", given), (answer) => this.#told(answer), (error) => {
      this.told.replaceChildren();
      lab.complain(error);
    });
    lab.bind(["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"], word("key-answer"), (event) => this.#pick(Number(event.key) || 10));
    lab.bind("Backspace", word("key-back"), () => this.go(back(this.answers)));
    lab.bind("Home", word("key-restart"), () => this.go({}));
    this.undo = [lab.line.onAgain(() => this.show(false))];
    this.show(false);
  }

  /** @param {Answers} answers */
  go(answers) {
    this.answers = answers;
    this.lab.remember(answers);
    this.show(true);
  }

  /** @param {number} number from 1 */
  #pick(number) {
    const question = next(this.answers);
    const choice = question && choices(question, this.answers)[number - 1];
    if (question && choice) this.go({ ...this.answers, [question]: choice });
  }

  /** @param {boolean} moved whether the reader answered: then the focus goes along */
  show(moved) {
    const { lab, answers } = this;
    const word = (/** @type {string} */ key) => lab.word(`guide.${key}`);
    const asked = next(answers);
    this.given.replaceChildren(...questions(answers).filter((one) => answers[one] !== undefined).map((one) => this.#answered(one)));
    this.given.hidden = !this.given.children.length;
    this.steps.hidden = this.given.hidden;
    this.moved = moved;
    if (asked) {
      const title = make("h2", { text: word(`ask-${asked}`), set: { tabindex: -1 } });
      const options = choices(asked, answers).map((choice, k) => make("button", { class: "option", set: { "data-control": `guide.${asked}`, "data-choice": choice }, on: { click: () => this.go({ ...answers, [asked]: choice }) } },
        make("span", { class: "number", set: { "aria-hidden": "true" } }, String((k + 1) % 10)), make("span", { class: "words" }, make("strong", { text: word(named(asked, choice)) }), make("span", { class: "small", text: word(`${named(asked, choice)}-about`) }))));
      const unsure = asked === "symptom" && make("p", { class: "small" }, make("span", { text: word("unsure") }), " ", make("a", { text: word("to-clinic"), set: { href: "#/clinic" } }));
      this.question.replaceChildren(title, make("div", { class: "choices-of" }, ...options), unsure || "");
      this.told.replaceChildren();
      this.advice = [];
      if (moved) title.focus();
    } else {
      this.question.replaceChildren();
      if (!this.told.children.length) this.told.replaceChildren(make("p", { class: "small", text: word("thinking") }));
      this.asks.want(answers);
    }
  }

  /** @param {Question} question */
  #answered(question) {
    const word = (/** @type {string} */ key) => this.lab.word(`guide.${key}`);
    const asked = word(`ask-${question}`);
    return make("li", {}, make("span", { class: "small", text: asked }),
      make("button", { text: word(named(question, this.answers[question] ?? "")), title: word("change"), values: { question: asked }, set: { "data-control": `guide.change-${question}` }, on: { click: () => this.go(before(this.answers, question)) } }));
  }

  /** @param {any} answer */
  #told(answer) {
    if (!answer.advice || next(this.answers)) return;
    this.advice = answer.advice;
    this.told.replaceChildren(...this.advice.map((one) => adviceCard(this.lab, one, answer.hidden)));
    const [first] = this.advice;
    if (!this.moved || !first) return;
    this.lab.announce(this.lab.word("guide.told"), { says: first.says });
    /** @type {HTMLElement | null} */ (this.told.querySelector("h2"))?.focus();
  }

  /** @returns {import("../core/lab.js").Opened} */
  opened() {
    return {
      restate: (state) => {
        this.answers = understood(state);
        this.show(false);
      },
      close: () => {
        this.asks.close();
        this.undo.forEach((undo) => undo());
      },
      taken: () => (this.advice.length ? [{ name: this.lab.word("guide.take"), file: "livegrad-guide.txt", content: () => asText(this.advice, say) }] : []),
    };
  }
}
