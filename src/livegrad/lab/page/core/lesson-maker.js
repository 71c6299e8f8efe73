// Where a teacher makes a lesson: beside the page, so that the page can be set up step by step meanwhile.

import { read, written } from "./address.js";
import { ICONS, icon, make, speaking, tell } from "./dom.js";
import { LONG, link } from "./embed.js";
import { current, end } from "./lesson.js";
import { controlList } from "./lesson-controls.js";
import { addressOf, brief, emptyPlan, filed, isEmpty, understood, unfiled } from "./lesson-plan.js";
import { stepList } from "./lesson-steps.js";
import { chosenText, copyField, save } from "./taking.js";

/** @typedef {import("./lab.js").Lab} Lab */
/** @typedef {import("./lesson-plan.js").Plan} Plan */

const KEPT = "livegrad.lesson";
/** @type {Plan} */
let draft = emptyPlan();

/** What was written before the page was loaded anew. */
function recalled() {
  try {
    return understood(JSON.parse(sessionStorage.getItem(KEPT) ?? "null"));
  } catch {
    return null; // a frame may not be allowed to remember
  }
}

/** @param {Lab} lab */
export function makeLesson(lab) {
  document.getElementById("lesson-maker")?.querySelector("button")?.click();
  const word = (/** @type {string} */ key) => lab.word(`lesson.${key}`);
  if (isEmpty(draft)) draft = current() ?? recalled() ?? draft;
  end();
  const title = make("h2", { text: word("make"), set: { tabindex: -1 } });
  const status = make("p", { class: "small", set: { role: "status" } });
  const result = copyField(lab, { label: word("result"), id: "lesson-result", rows: 3, about: "lesson-result-about" });
  const long = make("p", { class: "small", text: lab.word("sharing.long") });
  const trial = make("a", { class: "button", text: word("try"), set: { target: "_blank", rel: "noopener" } });
  const fixed = make("input", { set: { type: "checkbox", checked: draft.fixed }, on: { change: () => changed({ fixed: fixed.checked }) } });
  const controls = controlList(lab, {
    of: (id) => (draft.lock.includes(id) ? "lock" : draft.hide.includes(id) ? "hide" : "free"),
    set: (id, treatment) => changed({ hide: kept(draft.hide, id, treatment === "hide"), lock: kept(draft.lock, id, treatment === "lock") }),
    chosen: () => [...draft.hide, ...draft.lock],
  });
  const steps = stepList(lab, {
    steps: () => draft.steps, put: (list) => changed({ steps: list }),
    go: (at) => { const to = read(`#${at}`); if (to) location.hash = written(to.view, to.state); },
  });
  const file = make("input", { set: { type: "file", accept: ".json,application/json", id: "lesson-file" }, on: { change: () => void opened() } });
  const anew = make("button", { class: "quiet", text: word("clear"), on: { click: () => put(emptyPlan()) } });
  const box = make("aside", { class: "lesson-maker", label: word("make"), set: { id: "lesson-maker" } },
    make("header", {}, title, make("button", { class: "quiet icon", label: lab.word("shell.close"), on: { click: close } }, icon(ICONS.close))),
    make("p", { class: "small", text: word("make-about") }),
    make("h3", { text: word("steps") }), steps.box, make("h3", { text: word("controls") }), controls.box,
    make("h3", { text: word("result-title") }), make("label", { class: "check" }, fixed, make("span", { text: word("fixed") })),
    make("p", { class: "small", text: word("result-about"), set: { id: "lesson-result-about" } }), result.box, long,
    make("div", { class: "controls" }, trial, make("button", { text: word("save"), on: { click: () => save("livegrad-lesson.json", filed(address())) } }), anew),
    make("div", { class: "stack-2" }, make("label", { class: "small", text: word("open-file"), set: { for: "lesson-file" } }), file, status));

  /** @param {string[]} list @param {string} id @param {boolean} within */
  const kept = (list, id, within) => [...list.filter((one) => one !== id), ...(within ? [id] : [])];
  const address = () => addressOf(draft, 0, location.hash);

  /** @param {Partial<Plan>} change */
  function changed(change) {
    draft = { ...draft, ...change, step: 0 };
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(brief(draft)));
    } catch {
      // it is kept as long as the page stands
    }
    show();
  }
  /** @param {Plan} plan */
  function put(plan) {
    changed(plan);
    fixed.checked = plan.fixed;
    steps.render();
    controls.renew();
  }
  async function opened() {
    const hash = unfiled((await chosenText(file)) ?? "");
    const plan = hash && understood(read(hash)?.state.lesson);
    tell(status, { text: word(plan ? "opened" : "no-lesson") });
    if (plan) put({ ...plan, step: 0 });
  }
  function show() {
    const full = link({ origin: location.origin, hash: address(), language: speaking() });
    result.put(full);
    tell(long, { values: { count: full.length } });
    long.hidden = full.length <= LONG;
    trial.setAttribute("href", full);
  }
  let soon = 0;
  const look = () => {
    cancelAnimationFrame(soon);
    soon = requestAnimationFrame(() => { controls.renew(); show(); });
  };
  const watch = new MutationObserver(look);
  function close() {
    watch.disconnect();
    removeEventListener("hashchange", look);
    box.remove();
    delete document.body.dataset.making;
    dispatchEvent(new Event("resize"));
    document.getElementById("main")?.focus({ preventScroll: true });
  }
  document.getElementById("main")?.before(box);
  document.body.dataset.making = "true";
  watch.observe(/** @type {HTMLElement} */ (document.getElementById("main")), { childList: true, subtree: true });
  watch.observe(document.documentElement, { attributes: true, attributeFilter: ["lang"] });
  addEventListener("hashchange", look);
  controls.renew();
  show();
  dispatchEvent(new Event("resize"));
  scrollTo(0, 0);
  title.focus();
}
