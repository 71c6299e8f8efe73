// The page: its bar, its views, language, light and dark, keys, and what to say when the lab is gone.

import { read, written } from "./core/address.js";
import { forgetColours } from "./core/colours.js";
import { ICONS, drawing, icon, make, say, speak, speaking, tell } from "./core/dom.js";
import { restored } from "./core/frames.js";
import { Keys } from "./core/keys.js";
import { Line, Refused } from "./core/line.js";

/** @typedef {import("./core/lab.js").Lab} Lab */
/** @typedef {import("./core/lab.js").Start} Start */
/** @typedef {import("./core/lab.js").Opened} Opened */
/** @typedef {import("./core/words.js").Text} Text */
/** @typedef {import("./core/words.js").Language} Language */

const VIEWS = ["race", "claims", "functions", "scenes", "space", "clinic", "guide"];
/** @type {Start} */
const page = restored(JSON.parse(document.getElementById("start")?.textContent ?? "{}"), []);
const query = new URLSearchParams(location.search);
const root = document.documentElement;
const main = /** @type {HTMLElement} */ (document.getElementById("main"));
const token = query.get("token");

/** @type {Opened | undefined} */
let opened;
let view = "";
let openings = 0;
let standing = 0; // the opening whose view stands: an earlier one may still wait for an answer
/** @type {(() => void)[]} */
let bindings = [];

/** @param {string} key */
function word(key) {
  const [part = "", name = ""] = key.split(".");
  const text = page.words[part]?.[name];
  if (!text) console.error(`no words for ${key}`);
  return text ?? { en: key, ko: key };
}

const keys = new Keys();
const line = new Line(
  () => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live${token ? `?token=${encodeURIComponent(token)}` : ""}`,
  (state, seconds) => notice(state, seconds),
);

line.troubled = complain;

/** @type {Lab} */
export const lab = {
  line,
  start: page.desks,
  page,
  word,
  keys,
  remember: (state) => {
    if (!leaving()) history.replaceState(null, "", written(view, lesson(state)));
  },
  go: (to, state = {}) => {
    location.hash = written(to, lesson(state));
  },
  announce: (text, values) => {
    const spoken = /** @type {HTMLElement} */ (document.getElementById("spoken"));
    spoken.textContent = say(text, values);
  },
  complain,
  bind: (names, says, act) => void bindings.push(keys.bind(names, says, act)),
  calm: matchMedia("(prefers-reduced-motion: reduce)").matches,
};

/** Whether the address names another view already, which has not been told yet: it is not the view's to write any more. */
function leaving() {
  const to = read(location.hash)?.view;
  return to !== undefined && to !== view && VIEWS.includes(to);
}

/**
 * A lesson stays in the address while its pupil walks about.
 * @param {import("./core/address.js").State} state
 */
function lesson(state) {
  const kept = read(location.hash)?.state.lesson;
  return kept && !("lesson" in state) ? { ...state, lesson: kept } : state;
}

/** @param {unknown} error */
function complain(error) {
  const text = error instanceof Refused ? error.text : word("shell.unexpected");
  if (!(error instanceof Refused)) {
    if (error instanceof Error && error.message === "lost") return; // the notice says so already
    console.warn(error);
  }
  document.querySelector(".complaint")?.remove();
  const box = make("div", { class: "complaint", set: { role: "alert" } }, make("p", { text }));
  box.append(make("button", { class: "quiet icon", label: word("shell.close"), on: { click: () => box.remove() } }, icon(ICONS.close)));
  (document.querySelector("dialog[open]") ?? document.body).append(box); // what lies outside of a dialog cannot be reached
}

/**
 * @param {import("./core/line.js").State} state
 * @param {number} seconds
 */
function notice(state, seconds) {
  const box = /** @type {HTMLElement} */ (document.getElementById("notice"));
  document.body.dataset.line = state;
  if (state === "open") box.hidden = true;
  if (state !== "lost") return;
  const at = new Date().toLocaleTimeString(speaking());
  box.hidden = false;
  box.replaceChildren(
    make("p", { text: word("shell.lost"), values: { at, seconds }, set: { role: "status" } }),
    make("button", { text: word("shell.retry"), on: { click: () => line.connect() } }),
  );
}

function bar() {
  const mark = make("a", { class: "mark", set: { href: "#/race" } });
  mark.append(drawing([["rail", "M2.5 .7v12.6M11.5 .7v12.6M2.5 3h9"], ["rung", "M2.5 6h6.3M2.5 8.8h4.2M2.5 11.6h2.1"]]), "livegrad");
  const links = VIEWS.map((id) => make("a", { text: word(`shell.${id}`), set: { href: `#/${id}`, "data-view": id } }));
  const languages = /** @type {[Language, string, string][]} */ ([["ko", "한", "한국어"], ["en", "EN", "English"]]).map(([code, short, name]) =>
    make("button", { set: { "data-lang": code, lang: code, "aria-label": `${short} · ${name}`, "aria-pressed": "false" }, on: { click: () => language(code) } }, short));
  const share = make("button", { class: "share", label: word("shell.share"), set: { "data-control": "shell.share" }, on: { click: () => void sharing() } }, icon(ICONS.share));
  share.append(make("span", { text: word("shell.share") }));
  /** @type {HTMLElement} */ (document.getElementById("bar")).replaceChildren(
    mark,
    make("nav", { label: word("shell.nav") }, ...links),
    share,
    make("span", { class: "group", label: word("shell.language"), set: { role: "group" } }, ...languages),
    make("button", { class: "icon", label: word("shell.theme"), on: { click: theme } }, icon(ICONS.half)),
    make("button", { class: "icon help", label: word("shell.keys"), on: { click: help } }, "?"),
  );
  const skip = /** @type {HTMLElement} */ (document.getElementById("skip"));
  tell(skip, { text: word("shell.skip") });
  skip.addEventListener("click", (event) => {
    event.preventDefault();
    main.focus();
  });
}

/** @param {Language} wanted */
function language(wanted) {
  speak(wanted);
  document.querySelectorAll("[data-lang]").forEach((button) => button.setAttribute("aria-pressed", String(button.getAttribute("data-lang") === wanted)));
  document.title = `${say(word(`shell.${view || "race"}`))} · livegrad`;
  remembered("language", wanted);
  opened?.paint?.();
}

function theme() {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  remembered("theme", root.dataset.theme);
  repaint();
}

function repaint() {
  forgetColours();
  opened?.paint?.();
}

/**
 * @param {string} name
 * @param {string} [value]
 */
function remembered(name, value) {
  try {
    if (value !== undefined) localStorage.setItem(`livegrad.${name}`, value);
    return localStorage.getItem(`livegrad.${name}`);
  } catch {
    return null; // a frame may not be allowed to remember
  }
}

/**
 * What a view stands on; asked again, patiently, while the lab cannot be reached.
 * @param {string} wanted
 * @returns {Promise<any>}
 */
async function presetOf(wanted) {
  for (;;) {
    try {
      return (await line.ask(`${wanted}.preset`)) ?? {};
    } catch (error) {
      if (error instanceof Refused) return complain(error), {};
      await new Promise((done) => line.onAgain(() => done(undefined)));
    }
  }
}

async function show() {
  const to = read(location.hash);
  if (!to && location.hash.length > 1) {
    const { fromPlayground } = await import("./core/playground.js");
    const setup = fromPlayground(location.hash);
    if (setup) return void location.replace(written("race", setup));
  }
  const wanted = to && VIEWS.includes(to.view) ? to.view : page.recording ? "clinic" : "race";
  const state = to?.state ?? {};
  const turn = ++openings; // one that was still on its way is no longer wanted
  if (wanted === view && opened?.restate) return opened.restate(state);
  const [module, preset] = await Promise.all([import(`./views/${wanted}.js`), page.desks[wanted] ?? presetOf(wanted)]);
  if (turn !== openings) return;
  page.desks[wanted] = preset;
  opened?.close?.();
  bindings.splice(0).forEach((unbind) => unbind());
  view = wanted;
  standing = turn;
  document.querySelectorAll("nav [data-view]").forEach((link) => {
    if (link.getAttribute("data-view") === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  });
  document.body.dataset.view = view;
  main.replaceChildren();
  opened = module.view.open(main, { ...lab, remember: (/** @type {import("./core/address.js").State} */ its) => void (standing === turn && lab.remember(its)) }, state);
  language(speaking());
  scrollTo(0, 0);
  const { apply } = await import("./core/lesson.js");
  apply(lab, state.lesson);
  root.dataset.ready = view;
}

async function sharing() {
  const { share } = await import("./core/sharing.js");
  share(lab, view, opened?.taken?.() ?? []);
}

async function help() {
  const { explain } = await import("./core/help.js");
  explain(lab);
}

root.dataset.embed = String(query.get("embed") === "1");
const wantedTheme = query.get("theme") ?? remembered("theme");
if (wantedTheme === "light" || wantedTheme === "dark") root.dataset.theme = wantedTheme;
const wantedLanguage = query.get("lang") ?? remembered("language") ?? page.language;
speak(wantedLanguage === "ko" ? "ko" : "en");
bar();
keys.bind("?", word("shell.key-help"), () => void help());
keys.bind(["l", "L", "ㅣ"], word("shell.key-language"), () => language(speaking() === "ko" ? "en" : "ko"));
keys.bind(["d", "D", "ㅇ"], word("shell.key-theme"), theme);
addEventListener("hashchange", () => void show());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
let resized = 0;
addEventListener("resize", () => {
  cancelAnimationFrame(resized);
  resized = requestAnimationFrame(() => opened?.paint?.());
});
void show();
