// The steps of a lesson while a teacher writes them: a sentence and a state each, in an order that can be changed.

import { read } from "./address.js";
import { ICONS, icon, make, say, tell } from "./dom.js";
import { moved, settingsOf, stateOf } from "./lesson-plan.js";
import { same } from "./words.js";

/** @typedef {import("./lab.js").Lab} Lab */
/** @typedef {import("./lesson-plan.js").Step} Step */

const [UP, DOWN] = ["M7 2l5 6H8.500v4h-3V8H2z", "M7 12l5-6H8.500V2h-3v4H2z"];
const MOST = 60;

/**
 * A state in words: the view, and what is not as usual there.
 * @param {Lab} lab
 * @param {string} address
 */
function stateWords(lab, address) {
  const view = read(`#${address}`)?.view;
  if (!view) return { text: lab.word("lesson.no-state") };
  const settings = settingsOf(address).join(", ");
  return { text: lab.word(settings ? "lesson.state" : "lesson.usual-state"), values: { view: lab.page.words.shell?.[view] ?? same(view), settings } };
}

/**
 * @param {Lab} lab
 * @param {{ steps: () => Step[], put: (steps: Step[]) => void, go: (at: string) => void }} acts
 */
export function stepList(lab, acts) {
  const word = (/** @type {string} */ key) => lab.word(`lesson.${key}`);
  const list = make("ol", { class: "lesson-steps", label: word("steps") });
  const add = make("button", { text: word("add"), set: { id: "lesson-add" }, on: { click: () => {
    acts.put([...acts.steps(), { say: "", at: stateOf(location.hash) }]);
    render();
    field(acts.steps().length - 1)?.focus();
  } } });
  const box = make("div", { class: "stack" }, make("p", { class: "small", text: word("steps-about") }), list, add);

  /** @param {number} k */
  const field = (k) => /** @type {HTMLTextAreaElement | null} */ (list.children[k]?.querySelector("textarea") ?? null);
  /** @param {number} k @param {Partial<Step>} change */
  const change = (k, change) => acts.put(acts.steps().map((step, j) => (j === k ? { ...step, ...change } : step)));

  /** @param {Step} step @param {number} k */
  function row(step, k) {
    const values = { step: k + 1 };
    const id = `lesson-say-${k}`;
    const text = make("textarea", { set: { id, rows: 2, maxlength: 2000 }, on: { input: () => change(k, { say: text.value }) } });
    text.value = step.say;
    const at = make("p", { class: "tiny at" });
    const shown = (/** @type {string} */ address) => tell(at, stateWords(lab, address));
    shown(step.at);
    const button = (/** @type {string} */ key, /** @type {() => void} */ act) => make("button", { class: "quiet", text: word(key), label: word(`${key}-step`), values, on: { click: act } });
    const small = (/** @type {string} */ key, /** @type {string} */ path, /** @type {() => void} */ act, off = false) => make("button", { class: "quiet icon", label: word(`${key}-step`), values, set: { "data-act": key, disabled: off }, on: { click: act } }, icon(path));
    const go = button("go", () => acts.go(acts.steps()[k]?.at ?? ""));
    go.hidden = !step.at;
    const move = (/** @type {number} */ by) => () => {
      acts.put(moved(acts.steps(), k, by));
      render();
      const there = /** @type {HTMLButtonElement | null} */ (list.children[k + by]?.querySelector(`[data-act=${by < 0 ? "up" : "down"}]`) ?? null);
      if (there && !there.disabled) there.focus();
      else field(k + by)?.focus();
      lab.announce(word("moved"), { step: k + by + 1 });
    };
    return make("li", {},
      make("div", { class: "step-head" }, make("label", { text: word("step"), values, set: { for: id } }),
        small("up", UP, move(-1), k === 0), small("down", DOWN, move(1), k === acts.steps().length - 1),
        small("remove", ICONS.close, () => {
          acts.put(acts.steps().filter((_, j) => j !== k));
          render();
          (field(Math.min(k, acts.steps().length - 1)) ?? add).focus();
        })),
      text, make("div", { class: "step-state" }, at,
        button("take", () => {
          change(k, { at: stateOf(location.hash) });
          shown(acts.steps()[k]?.at ?? "");
          go.hidden = false;
          lab.announce(word("state-taken"), values);
        }), go));
  }
  function render() {
    list.replaceChildren(...acts.steps().map(row));
    list.hidden = !acts.steps().length;
    add.disabled = acts.steps().length >= MOST;
    add.title = add.disabled ? say(word("most"), { most: MOST }) : "";
  }
  render();
  return { box, render };
}
