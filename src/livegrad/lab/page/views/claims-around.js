// What stands around a claim: the way back, its neighbours, what to read next.

import { make, say } from "../core/dom.js";
import { memory } from "./claims-memory.js";
import { badge } from "./claims-row.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("./claims-memory.js").Brief} Brief */
/** @typedef {import("./claims-memory.js").Claim} Claim */

/**
 * @param {Lab} lab
 * @param {Claim} claim
 * @param {Brief | undefined} before
 * @param {Brief | undefined} after
 */
export function crumbs(lab, claim, before, after) {
  const word = (/** @type {string} */ key) => lab.word(`claims.${key}`);
  /** @param {Brief | undefined} to @param {string} key */
  const beside = (to, key) => (to ? make("a", { class: "button quiet", text: word(key), set: { href: `#/claims?id=${to.id}`, "data-control": `claims.${key}` } }) : null);
  return make("div", { class: "crumbs controls" },
    make("a", { class: "back", text: word("back"), set: { href: "#/claims" } }), make("span", { class: "small id" }, claim.id),
    make("span", { class: "small", text: word("said-in"), values: { sources: claim.said_in } }),
    make("span", { class: "push" }), beside(before, "previous"), beside(after, "next"));
}

/**
 * @param {Lab} lab
 * @param {Claim} claim
 * @param {Brief[]} list
 */
export function readNext(lab, claim, list) {
  const after = claim.after.map((name) => list.find((brief) => brief.id === name)).filter((brief) => brief !== undefined);
  if (!after.length) return null;
  return make("div", { class: "stack-2" }, make("h2", { text: lab.word("claims.read-next") }), make("ul", { class: "after" }, ...after.map((brief) => {
    const outcome = memory.results.get(brief.id);
    return make("li", {}, make("a", { text: brief.claim, set: { href: `#/claims?id=${brief.id}` } }), outcome?.code ? badge(lab, outcome.code) : null);
  })));
}

/**
 * The set-up in one line, as it is printed under a drawing.
 * @param {Lab} lab
 * @param {string} id
 * @param {{ settings: Record<string, number | string>, seed: number }} wanted
 */
export function setupLine(lab, id, { settings, seed }) {
  const parts = Object.entries(settings).map(([name, value]) => `${name} ${value}`);
  return [`livegrad ${id}`, ...parts, `${say(lab.word("claims.seed"))} ${seed}`].join(" · ");
}
