// The live experiment: its figures, each to be looked at, read with a cursor, seen as a table and taken away.

import { make } from "../core/dom.js";
import { card } from "./claims-figure.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("../draw/figure.js").Figure} Figure */
/** @typedef {import("./claims-memory.js").Claim} Claim */

/**
 * @param {Lab} lab
 * @param {Claim} claim
 * @param {() => HTMLElement | null} first what to focus where nothing was measured yet
 * @param {() => string} setup the set-up in one line, printed under what is taken away
 */
export function figures(lab, claim, first, setup) {
  const word = (/** @type {string} */ key) => lab.word(`claims.${key}`);
  const empty = make("div", { class: "ghost" }, make("p", { text: word("empty") }), make("button", { text: word("to-question"), on: { click: () => first()?.focus() } }));
  const busy = make("p", { class: "small", text: word("partial"), set: { hidden: true, role: "status" } });
  const lead = make("div", { class: "figures" });
  const rest = make("div", { class: "figures" });
  const element = make("section", { class: "claim-figures stack", label: word("measure-label") }, busy, empty, lead);
  /** @type {Map<string, ReturnType<typeof card>>} */
  const cards = new Map();
  /** @type {number | null} */
  let guess = null;

  /** @param {Figure[]} list @param {boolean} all whether these are all there are */
  function show(list, all) {
    list.forEach((figure) => {
      const known = cards.get(figure.id);
      if (known) return known.renew(figure);
      const made = card(lab, claim, figure, guess, setup);
      (cards.size ? rest : lead).append(made.element);
      cards.set(figure.id, made);
      made.paint();
    });
    if (all) {
      const ids = new Set(list.map((figure) => figure.id));
      cards.forEach((one, id) => {
        if (ids.has(id)) return;
        one.element.remove();
        cards.delete(id);
      });
      order(list.map((figure) => figure.id));
      busy.hidden = true;
      element.removeAttribute("aria-busy");
    }
    empty.hidden = cards.size > 0;
  }

  /**
   * The most telling figure leads, the others follow below the verdict; what stands right is not moved, so that the focus stays.
   * @param {string[]} ids
   */
  function order(ids) {
    ids.forEach((id, k) => {
      const one = /** @type {HTMLElement} */ (cards.get(id)?.element);
      const [into, at] = k ? [rest, k - 1] : [lead, 0];
      if (into.children[at] === one) return;
      into.insertBefore(one, into.children[at] ?? null);
      cards.get(id)?.paint();
    });
  }

  return {
    element, rest, show,
    begin() {
      element.setAttribute("aria-busy", "true");
      busy.hidden = false;
      empty.hidden = true;
    },
    fail() {
      busy.hidden = true;
      empty.hidden = cards.size > 0;
      element.removeAttribute("aria-busy");
    },
    clear() {
      cards.forEach((one) => one.element.remove());
      cards.clear();
      empty.hidden = false;
      busy.hidden = true;
      element.removeAttribute("aria-busy");
    },
    /** @param {number | null} factor */
    guess(factor) {
      guess = factor;
      cards.forEach((one) => one.guess(factor));
    },
    toggle: () => [...cards.values()][0]?.toggle(),
    paint: () => cards.forEach((one) => one.paint()),
    close: () => cards.clear(),
    taken: () => [...cards.values()].flatMap((one) => one.taken()),
  };
}
