// Sharing: the address, what can be taken away, the lab in another page, a lesson, and opening what others shared.

import { read, written } from "./address.js";
import { make, speaking, tell } from "./dom.js";
import { LONG, frameCode, link } from "./embed.js";
import { current } from "./lesson.js";
import { makeLesson } from "./lesson-maker.js";
import { filed, stateOf, unfiled } from "./lesson-plan.js";
import { fromPlayground, race } from "./playground.js";
import { chosenText, copyField, dialog, save, takingList } from "./taking.js";

/** @typedef {import("./lab.js").Lab} Lab */

/**
 * @param {Lab} lab
 * @param {string} view
 * @param {import("./lab.js").Taken[]} taken
 */
export function share(lab, view, taken) {
  const word = (/** @type {string} */ key) => lab.word(`sharing.${key}`);
  const embedded = document.documentElement.dataset.embed === "true";
  const lesson = current();
  const box = dialog(lab, "sharing", word("title"),
    section(word("link"), ...linking(lab, view)),
    section(word("take"), make("p", { class: "small", text: word("take-about") }), ...takingList(lab, taken)),
    embedded ? null : folded(word("embed"), ...embedding(lab)),
    embedded || lesson?.fixed ? null : section(word("lesson"), make("p", { class: "small", text: word("lesson-about") }),
      make("button", { text: word("make-lesson"), on: { click: () => { box.close(); makeLesson(lab); } } })),
    folded(word("open"), ...opening(lab, () => box.close())));
}

/** @param {import("./words.js").Text} title @param {...(Node | null)} children */
const section = (title, ...children) => make("section", { class: "stack-2" }, make("h3", { text: title }), ...children);

/** @param {import("./words.js").Text} title @param {...(Node | null)} children */
const folded = (title, ...children) => make("details", {}, make("summary", {}, make("h3", { text: title })), make("div", { class: "stack-2" }, ...children));

/** @param {string} name @param {import("./words.js").Text} text @param {boolean} checked @param {() => void} act */
const tick = (name, text, checked, act) => {
  const input = make("input", { set: { type: "checkbox", checked, name }, on: { change: act } });
  return { input, row: make("label", { class: "check" }, input, make("span", { text })) };
};

/**
 * The address of what stands on the page.
 * @param {Lab} lab
 * @param {string} view
 */
function linking(lab, view) {
  const word = (/** @type {string} */ key) => lab.word(`sharing.${key}`);
  const field = copyField(lab, { label: word("address"), id: "sharing-address", about: "sharing-address-about" });
  const long = make("p", { class: "small", text: word("long"), set: { hidden: true } });
  const language = tick("language", word("fix-language"), true, show);
  const theme = tick("theme", word("fix-theme"), false, show);
  const lesson = current() ? tick("lesson", word("with-lesson"), true, show) : null;
  const here = () => (lesson?.input.checked === false ? `#${stateOf(location.hash)}` : hash(view));
  function show() {
    const address = link({ origin: location.origin, hash: here(), language: language.input.checked ? speaking() : null, theme: theme.input.checked ? shade() : null });
    field.put(address);
    tell(long, { values: { count: address.length } });
    long.hidden = address.length <= LONG;
  }
  show();
  return [make("p", { class: "small", text: word("address-about"), set: { id: "sharing-address-about" } }), field.box, long,
    make("div", { class: "ticks" }, language.row, theme.row, lesson?.row ?? null,
      make("button", { class: "quiet", text: word("save-file"), on: { click: () => save(`livegrad-${view}.json`, filed(here())) } }))];
}

/** The state with what a bare address leaves out. @param {string} view */
const hash = (view) => (read(location.hash) ? location.hash : written(view, {}));

const shade = () => document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

/** @param {Lab} lab */
function embedding(lab) {
  const word = (/** @type {string} */ key) => lab.word(`sharing.${key}`);
  const code = copyField(lab, { label: word("embed-code"), id: "sharing-embed", rows: 4, about: "sharing-embed-about" });
  const command = copyField(lab, { label: word("embed-command"), id: "sharing-command", about: "sharing-command-about" });
  const notebook = `${location.protocol}//localhost:8888`; // where Jupyter usually is
  const origin = make("input", { class: "code", set: { type: "text", id: "sharing-origin", value: notebook, spellcheck: "false", autocomplete: "off" }, on: { input: show } });
  function show() {
    const address = link({ origin: location.origin, hash: hash("race"), language: speaking(), embed: true, token: "TOKEN" });
    code.put(frameCode(address, document.title));
    command.put(`livegrad lab --embed ${origin.value.trim() || notebook}`);
  }
  show();
  return [make("p", { class: "small", text: word("embed-about"), set: { id: "sharing-embed-about" } }), code.box,
    make("div", { class: "copy" }, make("label", { text: word("origin"), set: { for: "sharing-origin" } }), origin),
    make("p", { class: "small", text: word("command-about"), set: { id: "sharing-command-about" } }), command.box];
}

/**
 * What others shared: an address of any lab, a link of the playground, a file.
 * @param {Lab} lab
 * @param {() => void} done
 */
function opening(lab, done) {
  const word = (/** @type {string} */ key) => lab.word(`sharing.${key}`);
  const status = make("p", { class: "small", set: { role: "status" } });
  const field = make("input", { class: "code", set: { type: "text", id: "sharing-open", spellcheck: "false", autocomplete: "off", "aria-describedby": "sharing-open-about" } });
  const file = make("input", { set: { type: "file", accept: ".json,application/json", id: "sharing-file" }, on: { change: () => void chosenText(file).then((text) => open(unfiled(text ?? ""), "no-file")) } });
  /** @param {string | null} to @param {string} otherwise */
  function open(to, otherwise) {
    if (!to) return tell(status, { text: word(otherwise) });
    done();
    location.hash = to;
  }
  const form = make("form", { on: { submit: (event) => { event.preventDefault(); open(opened(field.value), "no-address"); } } },
    make("div", { class: "copy" }, make("label", { text: word("open-address"), set: { for: "sharing-open" } }),
      make("div", { class: "copy-row" }, field, make("button", { text: word("open-now"), set: { type: "submit" } }))));
  return [make("p", { class: "small", text: word("open-about"), set: { id: "sharing-open-about" } }), form,
    make("div", { class: "copy" }, make("label", { text: word("open-file"), set: { for: "sharing-file" } }), file), status];
}

/**
 * Where a pasted address leads within this lab; null where it is none.
 * @param {string} words
 */
export function opened(words) {
  const at = words.indexOf("#");
  const found = at < 0 ? "" : words.slice(at).trim();
  if (race(found)) return written("race", fromPlayground(found) ?? {});
  const to = read(found);
  return to ? written(to.view || "race", to.state) : null;
}
