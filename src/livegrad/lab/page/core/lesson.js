// A lesson, carried in the address: controls that are away or locked, and steps. It goes along from view to view.

import { read, written } from "./address.js";
import { foot } from "./embed.js";
import { lessonBar } from "./lesson-bar.js";
import { Keeper } from "./lesson-keep.js";
import { addressOf, understood } from "./lesson-plan.js";
import { playgroundNote } from "./playground-note.js";

/** @typedef {import("./lab.js").Lab} Lab */
/** @typedef {import("./lesson-plan.js").Plan} Plan */

/** @type {Running | undefined} */
let running;

class Running {
  /** @param {Lab} lab */
  constructor(lab) {
    this.lab = lab;
    this.keeper = new Keeper(lab);
    this.bar = lessonBar(lab, { go: (step) => this.go(step), end: () => this.end() });
    /** @type {Plan | null} */
    this.plan = null;
    this.told = "null";
    addEventListener("hashchange", () => this.read());
    document.addEventListener("click", (event) => this.#follow(event));
  }

  read() {
    const here = read(location.hash);
    if (here) this.put(here.state.lesson);
  }

  /** @param {any} lesson */
  put(lesson) {
    const plan = understood(lesson);
    const told = JSON.stringify(plan);
    if (told === this.told) return;
    const controls = JSON.stringify([plan?.hide ?? [], plan?.lock ?? []]);
    const changed = controls !== JSON.stringify([this.plan?.hide ?? [], this.plan?.lock ?? []]);
    this.plan = plan;
    this.told = told;
    if (changed) this.keeper.keep(plan?.hide ?? [], plan?.lock ?? []);
    if (!plan) return this.bar.box.remove();
    this.bar.put(plan);
    if (!this.bar.box.isConnected) document.getElementById("main")?.before(this.bar.box);
  }

  /** @param {number} step */
  go(step) {
    if (!this.plan) return;
    const to = addressOf(this.plan, Math.max(0, Math.min(this.plan.steps.length - 1, step)), location.hash);
    if (to !== location.hash) location.hash = to;
  }

  end() {
    if (!this.plan) return;
    const { view, state } = read(location.hash) ?? { view: "race", state: {} };
    const { lesson: _ended, ...rest } = state;
    history.replaceState(null, "", written(view, rest));
    this.put(null);
    this.lab.announce(this.lab.word("lesson.ended"));
    document.getElementById("main")?.focus({ preventScroll: true });
  }

  /** Links of the page know nothing of the lesson: it goes along. @param {MouseEvent} event */
  #follow(event) {
    const link = event.target instanceof Element ? event.target.closest("a[href^='#/']") : null;
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!this.plan || !link || !plain || event.defaultPrevented || link.getAttribute("target")) return;
    event.preventDefault();
    const to = read(link.getAttribute("href") ?? "");
    if (to) location.hash = written(to.view, { ...to.state, lesson: read(location.hash)?.state.lesson });
  }
}

/**
 * @param {Lab} lab
 * @param {any} lesson
 */
export function apply(lab, lesson) {
  running ??= new Running(lab);
  running.put(lesson);
  if (document.documentElement.dataset.embed === "true") foot(lab);
  playgroundNote(lab);
}

/** The lesson that runs now, if one does. */
export const current = () => running?.plan ?? null;

/** End the lesson that runs now. */
export const end = () => running?.end();

