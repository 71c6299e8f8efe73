// Which claims to show: a search, the four sources, the verdicts, a topic. All of it stands in the address.

import { icon, make, tell } from "../core/dom.js";
import { SHAPES } from "./claims-memory.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("../core/address.js").State} State */

const SOURCES = ["A", "B", "C", "D"];
const VERDICTS = ["holds", "holds-if", "does-not-hold", "not-run"];
const TOPICS = ["linear", "vanishing", "centring", "relu", "dying", "smooth", "outputs", "more"];

/**
 * Whether a claim is to be shown.
 * @param {{ id: string, sources: string, topic: string }} brief
 * @param {State} wanted
 * @param {string} verdict
 * @param {string} claim as it reads now
 */
export function matches(brief, wanted, verdict, claim) {
  const sources = wanted.source === undefined ? SOURCES : String(wanted.source).split(",");
  const verdicts = wanted.verdict === undefined ? VERDICTS : String(wanted.verdict).split(",");
  if (!brief.sources.split(" ").some((one) => sources.includes(one)) || !verdicts.includes(verdict)) return false;
  if (wanted.topic !== undefined && wanted.topic !== brief.topic) return false;
  const words = String(wanted.q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const where = `${brief.id} ${claim}`.toLowerCase();
  return words.every((one) => where.includes(one));
}

/**
 * @param {Lab} lab
 * @param {State} state
 * @param {() => void} changed
 */
export function filters(lab, state, changed) {
  const word = (/** @type {string} */ key) => lab.word(`claims.${key}`);
  const search = make("input", { label: word("search"), set: { type: "search", "data-control": "claims.search", enterkeyhint: "search" }, on: { input: changed } });
  const searching = make("label", { class: "stack-2" }, make("span", { class: "h3", text: word("search") }), search);
  const topic = make("select", { set: { "data-control": "claims.topic" }, on: { change: changed } },
    make("option", { text: word("all-topics"), set: { value: "" } }), ...TOPICS.map((one) => make("option", { text: word(`topic-${one}`), set: { value: one } })));
  const boxes = { source: SOURCES.map((one) => box(one)), verdict: VERDICTS.map((one) => box(one)) };
  /** @type {Map<string, HTMLElement>} */
  const counts = new Map();

  /** @param {string} value */
  function box(value) {
    return make("input", { set: { type: "checkbox", value, "data-control": SOURCES.includes(value) ? "claims.source" : "claims.verdict" }, on: { change: changed } });
  }

  const sources = make("fieldset", {}, make("legend", { class: "h3", text: word("sources") }),
    ...boxes.source.map((input) => make("label", { class: "check" }, input, make("span", { text: word(`source-${input.value}`) }))));
  const verdicts = make("fieldset", {}, make("legend", { class: "h3", text: word("verdict") }), ...boxes.verdict.map((input) => {
    const count = make("span", { class: "count" });
    counts.set(input.value, count);
    const mark = icon(SHAPES[input.value]?.path ?? "");
    mark.style.color = `var(--${SHAPES[input.value]?.ink ?? "edge"})`;
    return make("label", { class: "check" }, input, mark, make("span", { text: word(input.value) }), count);
  }));
  const more = make("details", { set: { open: true } }, make("summary", { text: word("filters") }),
    make("div", { class: "stack" }, verdicts, sources, make("label", { class: "stack-2" }, make("span", { class: "h3", text: word("topic") }), topic)));
  const wide = matchMedia("(min-width: 900px)");
  const unfold = () => { more.open = wide.matches; };
  wide.addEventListener("change", unfold);
  unfold();
  const element = make("form", { class: "stack filters", label: word("filters"), set: { role: "search" }, on: { submit: (event) => event.preventDefault() } },
    searching, more);

  /** @param {State} wanted */
  function restate(wanted) {
    search.value = wanted.q === undefined ? "" : String(wanted.q);
    topic.value = TOPICS.includes(wanted.topic) ? wanted.topic : "";
    for (const [name, inputs] of Object.entries(boxes)) {
      const chosen = wanted[name] === undefined ? null : String(wanted[name]).split(",");
      inputs.forEach((input) => { input.checked = !chosen || chosen.includes(input.value); });
    }
  }

  /** @returns {State} */
  function now() {
    /** @type {State} */
    const found = {};
    if (search.value) found.q = search.value;
    if (topic.value) found.topic = topic.value;
    for (const [name, inputs] of Object.entries(boxes)) {
      const chosen = inputs.filter((input) => input.checked);
      if (chosen.length < inputs.length) found[name] = chosen.map((input) => input.value).join(",") || "none";
    }
    return found;
  }

  restate(state);
  return {
    element, restate,
    state: now,
    clear() {
      restate({});
      changed();
      search.focus();
    },
    focus: () => search.focus(),
    close: () => wide.removeEventListener("change", unfold),
    /** @param {(code: string) => number} of */
    count: (of) => counts.forEach((element, code) => tell(element, { text: { en: String(of(code)), ko: String(of(code)) } })),
  };
}
