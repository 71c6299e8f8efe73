// One claim in the list: its sentence, its place on the common scale, its verdict, the reader's guess.

import { icon, make, tell } from "../core/dom.js";
import { penOn } from "../draw/pen.js";
import { percent } from "../draw/scale.js";
import { drawHeld } from "./claims-forest.js";
import { guessedRight, memory, SHAPES, verdictOf } from "./claims-memory.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("./claims-memory.js").Brief} Brief */

/**
 * A verdict as a badge: shape, colour and word.
 * @param {Lab} lab
 * @param {string} code
 */
export function badge(lab, code) {
  const shape = SHAPES[code] ?? SHAPES["not-run"];
  return make("span", { class: shape?.badge ?? "badge" }, icon(shape?.path ?? ""), make("span", { text: lab.word(`claims.${code}`) }));
}

/**
 * @param {Lab} lab
 * @param {Brief} brief
 */
export function row(lab, brief) {
  const word = (/** @type {string} */ key) => lab.word(`claims.${key}`);
  const canvas = make("canvas", { set: { role: "img" }, label: lab.word("shell.nothing-yet") });
  const meter = make("i");
  const bar = make("div", { class: "meter", set: { hidden: true } }, meter);
  const ending = make("div", { class: "ending" });
  const link = make("a", { class: "sentence", text: brief.claim, set: { href: `#/claims?id=${brief.id}` } });
  const element = make("li", { class: "forest-row", set: { "data-claim": brief.id } }, link, make("span", { class: "small from" }, brief.sources.split(" ").join(" · ")),
    make("div", { class: "axis" }, canvas, bar), ending);
  let shown = "";

  /** @param {"now" | "waiting" | "still"} how */
  function refresh(how) {
    const outcome = memory.results.get(brief.id);
    const code = verdictOf(outcome);
    const right = guessedRight(brief.id);
    bar.hidden = how !== "now";
    canvas.hidden = how === "now";
    if (how !== "now") meter.style.width = "0";
    const key = [how, code, right, outcome?.held?.count, Boolean(outcome?.error)].join();
    if (key === shown) return;
    shown = key;
    ending.replaceChildren();
    if (how !== "still") ending.append(make("span", { class: "small", text: word(how === "now" ? "running-now" : "waiting") }));
    else if (outcome?.error) ending.append(make("span", { class: "badge", text: word("error") }), make("span", { class: "small", text: outcome.error }));
    else if (outcome?.code) {
      ending.append(badge(lab, outcome.code));
      if (right !== null) ending.append(make("span", { class: "small" }, make("span", { text: word("you-said") }), ` ${right ? "✓" : "✗"} `, make("span", { class: "unseen", text: word(right ? "you-right" : "you-wrong") })));
    } else ending.append(make("a", { class: "button", text: word("predict"), label: word("predict-claim"), values: { claim: brief.claim }, set: { href: `#/claims?id=${brief.id}`, "data-control": "claims.predict" } }));
    const held = outcome?.held;
    /** @type {import("../core/words.js").Values} */
    const values = held ? { claim: brief.claim, count: held.count, of: held.of, share: percent(held.share), low: percent(held.low), high: percent(held.high), verdict: word(code) } : {};
    tell(canvas, { label: held ? word("forest-label") : word("not-run"), values });
    if (how !== "now") paint();
  }

  function paint() {
    if (!canvas.isConnected || canvas.hidden || !canvas.clientWidth) return;
    const outcome = memory.results.get(brief.id);
    drawHeld(penOn(canvas), outcome?.held, verdictOf(outcome));
  }

  return {
    brief, element, refresh, paint,
    /** @param {number} share */
    progress(share) {
      meter.style.width = `${100 * share}%`;
    },
  };
}
