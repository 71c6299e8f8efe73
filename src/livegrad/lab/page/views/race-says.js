// What the race says in sentences: its heading, its podium, its summary for ears.

import { make } from "../core/dom.js";
import { same, spoken } from "../core/words.js";
import { percent, podium } from "./race-state.js";

/** @typedef {import("./race-model.js").Model} Model */
/** @typedef {import("../core/words.js").Text} Text */
/** @typedef {import("../core/words.js").Values} Values */

/**
 * The question before the race; while it runs, what is so.
 * @param {Model} model
 * @returns {{ text: Text, values: Values }}
 */
export function heading(model) {
  const word = model.lab.word;
  const lanes = model.race?.lanes ?? [];
  const deepest = Math.max(0, ...lanes.map((lane) => lane.layers));
  const values = { target: percent(model.setup.target, 0), layers: deepest, count: lanes.length };
  if (!model.frame || model.epoch === 0) {
    if (lanes.length < 2) return { text: word("race.question-one"), values };
    return { text: word(deepest > 30 ? "race.question-deep" : "race.question"), values };
  }
  const home = podium(model.frame.lanes);
  const first = lanes[home[0]?.lane ?? 0]?.name ?? same("");
  if (!home.length) return { text: word("race.nobody"), values };
  const still = lanes.length - home.length;
  const all = { ...values, home: home.length, first, epoch: home[0]?.epoch ?? 0, still };
  if (lanes.length === 1) return { text: word("race.one-home"), values: all };
  if (home.length > 1 && home[1]?.place === 1) return { text: word("race.tie"), values: all };
  return { text: word(still ? "race.some-home" : "race.all-home"), values: all };
}

/**
 * Who came home, in order; nothing while nobody did.
 * @param {Model} model
 * @returns {Node[]}
 */
export function podiumList(model) {
  const found = model.epoch > 0 && model.frame ? podium(model.frame.lanes) : [];
  if (!found.length) return [];
  const word = model.lab.word;
  const { guess } = model.choice;
  const rows = found.map((one) => make("li", {}, make("span", { class: "place", set: { "aria-hidden": "true" } }, String(one.place)), make("span", { class: "who", text: model.race?.lanes[one.lane]?.name ?? same("") }),
    make("span", { class: "small number", text: word(one.ms === null ? "race.at-epoch" : "race.at-epoch-ms"), values: { epoch: one.epoch, ms: one.ms === null ? "" : one.ms < 10 ? one.ms.toFixed(1) : Math.round(one.ms).toLocaleString("en") } }),
    one.lane === guess && make("span", { class: "badge mine", text: word("race.your-guess") })));
  const right = found.some((one) => one.place === 1 && one.lane === guess);
  return [make("section", { class: "podium", label: word("race.podium") }, make("ol", {}, ...rows),
    make("p", { class: "tiny", text: word(guess < 0 ? "race.one-start" : right ? "race.guess-right" : "race.guess-wrong") }))];
}

/**
 * One sentence about all lanes.
 * @param {Model} model
 * @returns {Text}
 */
export function spokenSummary(model) {
  const word = model.lab.word;
  const { frame } = model;
  const parts = (frame?.lanes ?? []).map((lane, k) => ({
    text: word(lane.stopped ? "race.spoken-stopped" : lane.home === null ? "race.spoken" : "race.spoken-home"),
    values: { lane: model.race?.lanes[k]?.name ?? same(""), score: lane.score_name === "r2" ? lane.accuracy.toFixed(2) : percent(lane.accuracy, 0), home: lane.home ?? 0, epoch: lane.stopped?.epoch ?? 0 },
  }));
  const inLanguage = (/** @type {"en" | "ko"} */ language) => [spoken(word("race.spoken-epoch"), language, { epoch: model.epoch }), ...parts.map((one) => spoken(one.text, language, one.values))].join(" ");
  return { en: inLanguage("en"), ko: inLanguage("ko") };
}
