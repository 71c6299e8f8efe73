// Step 3: the verdict, its numbers, and what the reader had said.

import { make, say } from "../core/dom.js";
import { penOn } from "../draw/pen.js";
import { percent } from "../draw/scale.js";
import { drawHeld } from "./claims-forest.js";
import { step } from "./claims-question.js";
import { badge } from "./claims-row.js";
import { csv } from "./claims-take.js";
import { time, UNSURE, written } from "./claims-memory.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("./claims-memory.js").Claim} Claim */
/** @typedef {import("./claims-memory.js").Measure} Measure */
/** @typedef {import("./claims-memory.js").Share} Share */
/** @typedef {{ proved: import("./claims-memory.js").Proved, held: Share, usual: boolean, expected: string }} Heard */

const FIRST = 4;

/**
 * @param {Lab} lab
 * @param {Claim} claim
 */
export function verdict(lab, claim) {
  const word = (/** @type {string} */ key) => lab.word(`claims.${key}`);
  const body = make("div", { class: "stack" });
  const element = make("section", { class: "card verdict" }, step(3, word("step-verdict")), body);
  /** @type {Heard | undefined} */
  let last;
  clear();

  function clear() {
    last = undefined;
    delete element.dataset.code;
    body.replaceChildren(make("p", { class: "small", text: lab.word("shell.nothing-yet") }));
  }

  /** @param {Heard} heard @param {string} guess */
  function show(heard, guess) {
    last = heard;
    const { proved, held } = heard;
    const { code, text, condition } = proved.verdict;
    element.dataset.code = code;
    element.classList.remove("waiting");
    const axis = make("canvas", { class: "held-axis", set: { role: "img" }, label: word("held-help"), values: said(held) });
    body.replaceChildren(
      make("div", { class: "stack-2" }, make("div", {}, badge(lab, code)), make("h3", { class: "result", text: word(`${code}-head`) }), make("p", { text })),
      make("dl", { class: "measures" }, guessed(guess, proved.right),
        row(word("held-in"), make("b", { text: word("held-of"), values: { count: held.count, of: held.of } }), axis, word("held-help"), said(held))),
      make("div", { class: "flips" }, make("h3", { text: word("flips") }), make("p", { text: condition })),
      ...numbers(proved.facts.numbers), expected(heard), make("p", { class: "tiny", text: word("took"), values: { time: time(lab.word, proved.seconds), seed: proved.facts.seed } }));
    drawHeld(penOn(axis), held, code);
  }

  /** @param {Share} held */
  const said = (held) => ({ count: held.count, of: held.of, low: percent(held.low), high: percent(held.high) });

  /**
   * @param {import("../core/words.js").Text} name
   * @param {HTMLElement} value
   * @param {HTMLElement | null} under
   * @param {import("../core/words.js").Text | null} explanation
   * @param {import("../core/words.js").Values} [values]
   */
  function row(name, value, under, explanation, values) {
    return make("div", {}, make("dt", { text: name }), make("dd", { class: "value" }, value), under ? make("dd", { class: "under" }, under) : null,
      explanation ? make("dd", { class: "tiny why", text: explanation, values }) : null);
  }

  /** The most telling numbers, the others to unfold. @param {Measure[]} all */
  function numbers(all) {
    const rows = all.map((one, k) => measure(one, k === FIRST - 1 && all.length > FIRST + 1 ? undefined : all[k + 1]));
    if (all.length <= FIRST + 1) return [make("dl", { class: "measures" }, ...rows)];
    const more = make("details", { class: "more" }, make("summary", { text: word("more-numbers"), values: { count: all.length - FIRST } }), make("dl", { class: "measures" }, ...rows.slice(FIRST)));
    return [make("dl", { class: "measures" }, ...rows.slice(0, FIRST)), more];
  }

  /** @param {Measure} one @param {Measure} [next] a sentence that fits both is said once */
  function measure(one, next) {
    const spread = one.low !== null && one.high !== null && Number.isFinite(one.low + one.high);
    const under = spread
      ? make("span", { class: "tiny", text: word("interval"), values: { low: written(one.low ?? NaN, one.form), high: written(one.high ?? NaN, one.form), n: one.n } })
      : make("span", { class: "tiny", text: word(one.n > 1 ? "n-only" : "once"), values: { n: one.n } });
    return row(one.name, make("b", {}, written(one.value, one.form)), under, next?.explanation.en === one.explanation.en ? null : one.explanation);
  }

  /** @param {string} guess @param {string} right */
  function guessed(guess, right) {
    const name = (/** @type {string} */ id) => claim.answers.find((answer) => answer.id === id)?.name ?? word("dont-know");
    const fits = guess === right;
    const mark = guess === UNSURE ? null : make("span", { class: fits ? "badge ok" : "badge bad" }, fits ? "✓ " : "✗ ", make("span", { text: word(fits ? "you-right" : "you-wrong") }));
    const value = make("span", { class: "controls" }, make("b", { text: name(guess) }), mark);
    return make("div", { class: "mine" }, make("dt", { text: word("you-said") }), make("dd", { class: "value" }, value), make("dd", { class: "tiny why", text: word("measured-answer"), values: { answer: name(right) } }));
  }

  /** @param {Heard} heard */
  function expected({ proved, usual, expected: code }) {
    const same = proved.verdict.code === code;
    const text = usual ? word(same ? "at-usual" : "other-seed") : word("other-settings");
    return make("p", { class: "small", text, values: { expected: word(code), seed: proved.facts.seed } });
  }

  function taken() {
    if (!last) return [];
    const { proved, held } = last;
    const rows = proved.facts.numbers.map((one) => [say(one.name), one.value, one.low ?? "", one.high ?? "", one.n, say(one.explanation)]);
    const head = ["number", "value", "low", "high", "n-column", "explanation"].map((key) => say(word(key)));
    const first = [say(word("held-in")), held.share, held.low, held.high, held.of, `${say(word(proved.verdict.code))}: ${say(proved.verdict.text)}`];
    return [{ name: word("numbers-csv"), file: `livegrad-${claim.id}.csv`, content: () => csv([head, first, ...rows]) }];
  }

  return {
    element, clear, show, taken,
    wait: () => element.classList.toggle("waiting", last !== undefined),
    paint() {
      const canvas = body.querySelector("canvas");
      if (last && canvas?.clientWidth) drawHeld(penOn(canvas), last.held, last.proved.verdict.code);
    },
  };
}
