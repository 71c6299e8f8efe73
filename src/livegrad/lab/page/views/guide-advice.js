// One piece of advice: what to take, why, on what it rests, where it is wrong, what PyTorch needs, and how to try it.

import { make } from "../core/dom.js";
import { memory } from "./claims-memory.js";
import { copyable } from "./clinic-findings.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("../core/words.js").Text} Text */

/**
 * See livegrad/lab/desks/guide.py.
 * @typedef {{ id: string, when: Text, activations: string[], against: string[], says: Text, why: Text, evidence: { id: string, claim: Text, expected: string }[], wrong_when: Text, pytorch: string[], in_pytorch: Text, numbers: Text[], sources: string[], lanes: string[] }} Told
 */

const BADGES = /** @type {Record<string, string>} */ ({ holds: "ok", "holds-if": "mid", "does-not-hold": "bad" });

/**
 * @param {Lab} lab
 * @param {Told} told
 * @param {boolean} hidden whether the race can try it
 */
export function adviceCard(lab, told, hidden) {
  const word = (/** @type {string} */ key) => lab.word(`guide.${key}`);
  const { lanes } = told;
  const race = hidden ? [
    make("div", { class: "controls" }, make("button", { class: "primary", text: word("race"), set: { "data-control": "guide.race" }, on: { click: () => lab.go("race", { lanes: lanes.map((activation) => ({ activation })) }) } }), see()),
    make("p", { class: "small", text: word("race-note"), values: { names: lanes.join(", ") } }),
  ] : [make("div", { class: "controls" }, see())];
  const measure = hidden ? [make("h3", { text: word("measure") }), make("p", { class: "small", text: word("measure-note") }),
    copyable(lab, `livegrad compare data.csv --target y --activations ${lanes.join(",")}`)] : [];
  return make("section", { class: "card advice" },
    make("p", { class: "small", text: told.when }), make("h2", { text: told.says, set: { tabindex: -1 } }),
    make("h3", { text: word("reason") }), make("p", { text: told.why }),
    ...(told.numbers.length ? [make("h3", { text: word("numbers") }), make("ul", { class: "numbers" }, ...told.numbers.map((text) => make("li", { text })))] : []),
    make("h3", { text: word("wrong") }), make("p", { text: told.wrong_when }),
    make("h3", { text: word("pytorch") }), make("p", { text: told.in_pytorch }), copyable(lab, told.pytorch.join("\n")),
    make("h3", { text: word("evidence") }), make("p", { class: "small", text: word("evidence-note") }),
    make("ul", { class: "evidence" }, ...told.evidence.map((one) => make("li", {}, make("a", { text: one.claim, set: { href: `#/claims?id=${one.id}` } }), verdict(lab, one)))),
    ...(told.sources.length ? [make("p", { class: "small", text: word("sources") }), make("ul", { class: "numbers" }, ...told.sources.map((source) => make("li", { class: "small" }, source)))] : []),
    ...race, ...measure);

  function see() {
    return make("a", { class: "button", text: word("functions"), set: { href: `#/functions?name=${told.activations[0] ?? ""}`, "data-control": "guide.function" } });
  }
}

/**
 * What was measured of a claim: on this page if it ran, else what the usual settings give.
 * @param {Lab} lab
 * @param {{ id: string, expected: string }} claim
 */
function verdict(lab, { id, expected }) {
  const word = (/** @type {string} */ key) => lab.word(`guide.${key}`);
  const found = memory.results.get(id);
  const code = found?.code ?? expected;
  const held = found?.code ? found.held : undefined;
  return make("span", { class: `badge ${BADGES[code] ?? ""}`, text: word(held ? "measured" : "expected"), values: { verdict: word(code), count: held?.count ?? "", of: held?.of ?? "" } });
}

/**
 * The advice as a text to take away.
 * @param {Told[]} all
 * @param {(text: Text) => string} say
 */
export const asText = (all, say) => all.map((one) => [say(one.says), say(one.why), ...one.numbers.map(say), say(one.wrong_when), say(one.in_pytorch), ...one.pytorch, ...one.sources].join("\n")).join("\n\n");

