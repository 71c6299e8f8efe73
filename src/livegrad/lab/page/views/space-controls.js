// What can be set in the hidden space: data, functions, the shape of the networks, how they are trained.

import { make } from "../core/dom.js";
import { same } from "../core/words.js";
import { choices, fresh, selecting, slider } from "./functions-controls.js";
import { BOUNDS, LONGEST } from "./space-state.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("./space-state.js").Shown} Shown */
/** @typedef {import("./space-state.js").Start} Start */

/**
 * @param {Lab} lab
 * @param {Start} start
 * @param {Shown} shown
 * @param {(change: Partial<Shown>) => void} change
 */
export function controls(lab, start, shown, change) {
  const word = (/** @type {string} */ key) => lab.word(`space.${key}`);
  const task = selecting({ control: "space.task", name: word("task"), choices: start.tasks.map((id) => [id, word(id)]), value: shown.task, act: (value) => change({ task: value }) });
  const names = fresh("functions");
  const first = field("function", "function-hint", names);
  const second = field("second", "second-hint", names);
  const list = make("datalist", { set: { id: names } }, ...start.functions.map((name) => make("option", { set: { value: name } })));
  const given = () => {
    const functions = [first.input.value.trim(), second.input.value.trim()].filter(Boolean);
    change({ functions: functions.length ? functions : [...start.usual.functions] });
  };
  [first, second].forEach(({ input }) => input.addEventListener("change", given));
  const width = choices({ control: "space.width", name: word("width"), choices: [["2", same("2")], ["3", same("3")]], value: String(shown.width), act: (value) => change({ width: Number(value) }) });
  const moment = choices({ control: "space.moment", name: word("moment"), choices: [["before", word("before")], ["after", word("after")]], value: shown.moment, act: (value) => change({ moment: value === "before" ? "before" : "after" }) });
  const sliders = /** @type {Record<string, import("./functions-controls.js").Sliding>} */ ({});
  for (const [name, note] of /** @type {[("depth" | "steps" | "starts" | "seed" | "angle" | "yaw"), string][]} */ ([["depth", ""], ["steps", ""], ["starts", ""], ["seed", ""], ["angle", "angle-note"], ["yaw", "yaw-note"]])) {
    const [low, high] = /** @type {[number, number]} */ (BOUNDS[name]);
    sliders[name] = slider({ control: `space.${name}`, name: word(name), low, high, step: name === "steps" ? 10 : 1, value: shown[name], ...(note ? { note: word(note) } : {}), act: (value) => change({ [name]: value }) });
  }
  const init = selecting({ control: "space.init", name: word("init"), choices: start.inits.map((id) => [id, same(id)]), value: shown.init, act: (value) => change({ init: value }) });
  const optimizer = selecting({ control: "space.optimizer", name: word("optimizer"), choices: start.optimizers.map((id) => [id, same(id)]), value: shown.optimizer, act: (value) => change({ optimizer: value }) });
  const fresher = make("button", { text: word("new-start"), set: { "data-control": "space.new" }, on: { click: () => change({ seed: -1 }) } });
  const { depth, ...rest } = sliders;
  const units = make("div", { class: "pick" }, make("span", { class: "name", text: word("width") }), width);
  const more = make("details", { class: "extra" }, make("summary", { text: word("more"), set: { "data-control": "space.more" } }),
    make("div", { class: "extra-settings" }, init, optimizer, ...Object.values(rest)));
  const box = make("section", { class: "card space-setup", label: word("setup") },
    make("div", { class: "setup-line" }, task, first.box, second.box, list, units, depth ?? null, fresher, moment), more);

  /**
   * @param {string} name
   * @param {string} hint
   * @param {string} listed
   */
  function field(name, hint, listed) {
    const id = fresh("field");
    const input = make("input", { set: { id, type: "text", list: listed, maxlength: LONGEST, autocomplete: "off", spellcheck: "false", "data-control": `space.${name}`, "aria-describedby": `${id}-hint` } });
    const box = make("div", { class: "pick function" }, make("label", { text: word(name), set: { for: id } }), input, make("span", { class: "unseen", text: word(hint), set: { id: `${id}-hint` } }));
    return { input, box };
  }

  return {
    box,
    /** @param {Shown} now */
    put(now) {
      task.put(now.task);
      init.put(now.init);
      optimizer.put(now.optimizer);
      width.put(String(now.width));
      moment.put(now.moment);
      first.input.value = now.functions[0] ?? "";
      second.input.value = now.functions[1] ?? "";
      for (const [name, one] of Object.entries(sliders)) one.put(/** @type {any} */ (now)[name]);
      if (sliders.yaw) sliders.yaw.hidden = now.width < 3;
    },
  };
}
