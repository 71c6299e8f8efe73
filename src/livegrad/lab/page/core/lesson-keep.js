// Keeping a lesson: controls that are away stay away and locked ones locked, also where a view builds itself anew.

import { rests } from "./lesson-keys.js";

/** @typedef {import("./lab.js").Lab} Lab */

const INSIDE = new Set(["LABEL", "LEGEND", "OUTPUT", "SPAN", "SMALL", "OPTION", "OPTGROUP", "STRONG", "SUP", "SUB", "SVG", "PATH", "I", "DATALIST", "DIV", "LI"]);
const AROUND = new Set(["LABEL", "FIELDSET", "DIV", "SPAN", "LI", "P"]);
const GUARDED = ["pointerdown", "mousedown", "touchstart", "click", "dblclick", "input", "change", "keydown", "drop"];

/** A slider and its field are one control. @param {Element} element */
export const idOf = (element) => (element.getAttribute("data-control") ?? "").replace(/-number$/, "");

/**
 * The control with what belongs to nothing else: its label, its note, the row of its choices.
 * @param {Element} control
 */
export function unit(control) {
  const id = idOf(control);
  let found = control;
  for (let up = control.parentElement; up && up.id !== "main"; up = up.parentElement) {
    if (!AROUND.has(up.tagName) || up.getAttribute("role") === "dialog") break;
    const own = [...up.querySelectorAll("*")].every((one) => (one.hasAttribute("data-control") ? idOf(one) === id : INSIDE.has(one.tagName.toUpperCase()) || one.matches("p.tiny, p.small")));
    const speaks = up.tagName !== "LABEL" && [...up.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
    if (!own || speaks) break;
    found = up;
  }
  return found;
}

export class Keeper {
  /** @param {Lab} lab */
  constructor(lab) {
    this.lab = lab;
    /** @type {Set<string>} */
    this.hide = new Set();
    /** @type {Set<string>} */
    this.lock = new Set();
    /** @type {WeakMap<Element, boolean>} whether a view had it disabled itself */
    this.wanted = new WeakMap();
    this.watch = new MutationObserver((records) => this.#changed(records));
    for (const kind of GUARDED) addEventListener(kind, (event) => this.#guard(event), { capture: true });
    addEventListener("keydown", (event) => this.#rest(event), { capture: true });
  }

  /**
   * @param {string[]} hide
   * @param {string[]} lock
   */
  keep(hide, lock) {
    this.free();
    this.hide = new Set(hide);
    this.lock = new Set(lock);
    if (!hide.length && !lock.length) return;
    this.#treat(document.body);
    this.watch.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["disabled", "data-control"] });
  }

  free() {
    this.watch.disconnect();
    this.hide.clear();
    this.lock.clear();
    document.querySelectorAll("[data-lesson-away]").forEach((one) => one.removeAttribute("data-lesson-away"));
    document.querySelectorAll("[data-lesson-mark]").forEach((one) => one.removeAttribute("data-lesson-mark"));
    document.querySelectorAll("[data-lesson-locked]").forEach((one) => this.#unlock(one));
  }

  /** @param {MutationRecord[]} records */
  #changed(records) {
    for (const { type, target, addedNodes, attributeName } of records) {
      const element = /** @type {Element} */ (target);
      if (type === "childList") addedNodes.forEach((node) => node instanceof Element && this.#treat(node));
      else if (attributeName === "data-control") this.#treat(element);
      else if (element.hasAttribute("data-lesson-locked")) { // the view says what it would be without the lesson
        this.wanted.set(element, element.hasAttribute("disabled"));
        this.#disable(element);
      }
    }
    this.watch.takeRecords(); // what was done just now
  }

  /** @param {Element} within */
  #treat(within) {
    for (const control of [within, ...within.querySelectorAll("[data-control]")]) {
      const id = idOf(control);
      if (!id) continue;
      const word = control.matches(".word");
      if (this.hide.has(id) && !word) unit(control).setAttribute("data-lesson-away", "");
      if (this.lock.has(id) || (this.hide.has(id) && word)) this.#lock(control, this.hide.has(id)); // a word of a sentence can still be read
    }
  }

  /**
   * @param {Element} control
   * @param {boolean} silent
   */
  #lock(control, silent) {
    if (control.hasAttribute("data-lesson-locked")) return;
    control.setAttribute("data-lesson-locked", silent ? "silent" : "");
    this.wanted.set(control, control.hasAttribute("disabled"));
    this.#disable(control);
    control.setAttribute("aria-disabled", "true");
    if (silent) return;
    const whole = unit(control);
    const marked = whole.matches("input, select, textarea, canvas") ? null : whole;
    const { en, ko } = this.lab.word("lesson.locked");
    marked?.setAttribute("data-lesson-mark", "");
    marked?.setAttribute("data-locked-en", en);
    marked?.setAttribute("data-locked-ko", ko);
  }

  /** @param {Element} control */
  #disable(control) {
    if ("disabled" in control) control.disabled = true;
    else control.setAttribute("tabindex", "-1");
  }

  /** @param {Element} control */
  #unlock(control) {
    control.removeAttribute("data-lesson-locked");
    control.removeAttribute("aria-disabled");
    if ("disabled" in control) control.disabled = this.wanted.get(control) ?? false;
    else if (control.matches("a, summary")) control.removeAttribute("tabindex");
    else control.setAttribute("tabindex", "0");
  }

  /** Nothing reaches a locked control, by whatever way. @param {Event} event */
  #guard(event) {
    const target = /** @type {Element | null} */ (event.target instanceof Element ? event.target : null);
    if (!this.lock.size && !this.hide.size) return;
    if (!target?.closest("[data-lesson-locked]")) return;
    if (event instanceof KeyboardEvent && ["Tab", "Shift", "Escape"].includes(event.key)) return;
    event.stopImmediatePropagation();
    if (event.cancelable && event.type !== "touchstart") event.preventDefault();
  }

  /** A key does nothing that its locked control would not. @param {KeyboardEvent} event */
  #rest(event) {
    if (!rests(document.body.dataset.view ?? "", event.key, [...this.hide, ...this.lock])) return;
    const target = /** @type {Element} */ (event.target);
    if (target.matches?.("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
    if ((event.key === " " && target.matches?.("button, a, summary")) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    this.lab.announce(this.lab.word("lesson.key-locked"));
  }
}
