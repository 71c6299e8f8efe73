// Beside the curve: one's own formula, parameters, what the sources say, properties, accuracy, a race.

import { make, tell } from "../core/dom.js";
import { number, scientific } from "../draw/scale.js";
import { claimLink } from "./functions-claims.js";
import { slider } from "./functions-controls.js";
import { formula } from "./functions-math.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("./functions-state.js").Shown} Shown */

/**
 * @param {Lab} lab
 * @param {string} key
 * @param {...(Node | null)} children
 */
const card = (lab, key, ...children) => make("section", { class: "card", label: lab.word(key) }, make("h2", { text: lab.word(key) }), ...children);

/**
 * The field for a formula of one's own; its complaint stands below it.
 * @param {Lab} lab
 * @param {(formula: string) => void} act
 */
export function ownFormula(lab, act) {
  const why = make("p", { class: "wrong", set: { id: "formula-why", role: "alert", hidden: true } });
  const field = make("input", { class: "code", set: { id: "formula", type: "text", maxlength: 200, autocomplete: "off", autocapitalize: "off", spellcheck: "false", placeholder: "x * sigmoid(beta*x)", "aria-describedby": "formula-why formula-note", "data-control": "functions.formula" } });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const send = () => {
    clearTimeout(timer);
    act(field.value.trim());
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(send, 450);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") send();
  });
  const example = make("button", { class: "quiet", text: lab.word("functions.example"), set: { "data-control": "functions.example" }, on: { click: () => { field.value = "x * sigmoid(beta*x)"; send(); } } });
  const box = card(lab, "functions.own", make("label", { class: "unseen", text: lab.word("functions.own-label"), set: { for: "formula" } }), field, why,
    make("p", { class: "tiny", text: lab.word("functions.own-note"), set: { id: "formula-note" } }), example);
  return {
    box,
    /** @param {string} words */
    put: (words) => {
      if (document.activeElement !== field) field.value = words;
    },
    /** @param {import("../core/words.js").Text | null} text */
    complain: (text) => {
      why.hidden = !text;
      field.setAttribute("aria-invalid", String(Boolean(text)));
      if (text) tell(why, { text });
    },
  };
}

/**
 * Sliders for the parameters; made anew only when other ones come.
 * @param {Lab} lab
 * @param {(name: string, value: number) => void} act
 */
export function parameters(lab, act) {
  let standing = "";
  /** @type {Map<string, { put: (value: number) => void }>} */
  const sliders = new Map();
  const place = make("div", { class: "stack" });
  const box = card(lab, "functions.parameters", place);
  box.hidden = true;
  return {
    box,
    /**
     * @param {any} shown
     * @param {Record<string, number>} chosen what stands now: an answer to an earlier question moves no slider back
     */
    put: (shown, chosen) => {
      const wanted = shown.written && JSON.stringify([shown.id, shown.parameters.map((/** @type {any} */ one) => [one.name, one.default, one.low, one.high])]);
      box.hidden = shown.parameters.length === 0;
      if (wanted !== standing) {
        standing = wanted;
        sliders.clear();
        place.replaceChildren(...shown.parameters.map((/** @type {any} */ one) => {
          const made = slider({ control: `functions.parameters.${one.name}`, name: { en: one.name, ko: one.name }, low: one.low, high: one.high, value: one.value, step: one.whole ? 1 : undefined, wide: true, note: one.about, act: (value) => act(one.name, value) });
          if (one.learned) made.append(make("p", { class: "tiny", text: lab.word("functions.learned") }));
          sliders.set(one.name, made);
          return made;
        }));
      }
      for (const one of shown.parameters) sliders.get(one.name)?.put(chosen[one.name] ?? one.value);
    },
  };
}

/**
 * What the sources say of a function, each sentence with the claims and scenes that show it.
 * @param {Lab} lab
 */
export function said(lab) {
  const place = make("ul", { class: "said" });
  const box = card(lab, "functions.said", place);
  const scene = (/** @type {string} */ id) => make("a", { text: lab.word(`scenes.${id}-name`), set: { href: `#/scenes?id=${id}` } });
  return {
    box,
    /** @param {any} shown */
    put: (shown) => {
      box.hidden = shown.said.length === 0;
      place.replaceChildren(...shown.said.map((/** @type {any} */ one) => {
        const links = [...one.claims.map((/** @type {string} */ id) => claimLink(lab, id)), ...one.scenes.map(scene)];
        return make("li", {}, make("p", { text: one.text }), links.length ? make("p", { class: "links" }, make("span", { text: lab.word("functions.see") }), ...links) : null);
      }));
    },
  };
}

/**
 * Whether the slope agrees with finite differences, in words and numbers.
 * @param {Lab} lab
 */
export function check(lab) {
  const badge = make("span", { class: "badge" });
  const words = make("p", { class: "tiny" });
  const slope = make("div", { class: "formula", set: { tabindex: 0, role: "group" }, label: lab.word("functions.slope-formula") });
  const box = make("div", { class: "check-slope" }, slope, make("div", {}, badge, words));
  return {
    box,
    /** @param {any} shown */
    put: (shown) => {
      const { check: found } = shown;
      badge.className = `badge ${found.agrees ? "ok" : "bad"}`;
      tell(badge, { text: lab.word(found.agrees ? "functions.checked" : "functions.not-checked") });
      tell(words, { text: lab.word(`functions.check-${found.left_out ? "corners" : "note"}${found.worst ? "" : "-none"}`), values: { points: number(found.points, 5), worst: found.worst ? scientific(found.worst, 2) : "0", at: number(found.at, 3), left: found.left_out } });
      slope.replaceChildren();
      const drawn = shown.slope ? formula(`<math displaystyle="true"><mrow><mi>f</mi><mo lspace="0" rspace="0">′</mo><mo>(</mo><mi>x</mi><mo>)</mo><mo>=</mo>${shown.slope}</mrow></math>`) : null;
      slope.hidden = false;
      if (drawn) slope.append(drawn);
      else slope.append(make("span", { class: "tiny", text: lab.word("functions.slope-long") }));
    },
  };
}

/**
 * Facts in groups, weak places first.
 * @param {Lab} lab
 */
export function properties(lab) {
  const place = make("div", { class: "stack" });
  const box = card(lab, "functions.properties", place);
  const rows = (/** @type {any[]} */ facts) => make("dl", { class: "facts" }, ...facts.map((fact) => make("div", {}, make("dt", { text: fact.label }), make("dd", { text: fact.words }))));
  return {
    box,
    /** @param {any} told */
    put: (told) => {
      box.hidden = told.groups.length === 0;
      const weak = told.failures.length ? [make("h3", { text: lab.word("functions.weak") }), make("ul", { class: "weak" }, ...told.failures.map((/** @type {any} */ text) => make("li", { text })))] : [];
      const groups = told.groups.map((/** @type {any} */ group, /** @type {number} */ k) => make("details", { set: { open: k === 0 } }, make("summary", {}, make("h3", { text: group.title })), rows(group.facts)));
      place.replaceChildren(...weak, ...groups);
    },
  };
}

/**
 * Accuracy in units in the last place, measured on request.
 * @param {Lab} lab
 * @param {() => Promise<void>} ask
 */
export function accuracy(lab, ask) {
  const place = make("div", { class: "stack", set: { "aria-live": "polite" } });
  const button = make("button", { text: lab.word("functions.measure"), set: { "data-control": "functions.accuracy" }, on: { click: () => {
    button.disabled = true;
    place.replaceChildren(make("p", { class: "tiny", text: lab.word("functions.measuring") }));
    void ask();
  } } });
  const box = card(lab, "functions.accuracy", make("p", { class: "tiny", text: lab.word("functions.accuracy-note") }), button, place);
  return {
    box,
    clear: () => {
      button.disabled = false;
      place.replaceChildren();
    },
    /** @param {any} found */
    put: (found) => {
      button.disabled = false;
      const badge = (/** @type {any} */ one) => make("div", {}, make("dt", { text: one.name }), make("dd", {}, make("span", { class: `badge ${one.worst <= 4 ? "ok" : "bad"}`, text: one.words })));
      place.replaceChildren(make("dl", { class: "facts" }, ...found.rows.map(badge)), make("p", { class: "tiny", text: lab.word("functions.samples"), values: { samples: number(found.rows[0]?.samples ?? 0, 5) } }),
        ...(found.rows.some((/** @type {any} */ one) => one.worst > 4) ? [make("p", { class: "tiny", text: lab.word("functions.accuracy-zero") })] : []));
    },
  };
}
