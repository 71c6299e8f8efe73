// One claim: a prediction first, then the set-up, then the live experiment and its verdict.

import { icon, make, tell } from "../core/dom.js";
import { Refused } from "../core/line.js";
import { crumbs, readNext, setupLine } from "./claims-around.js";
import { controls } from "./claims-controls.js";
import { figures } from "./claims-figures.js";
import { question } from "./claims-question.js";
import { repeat } from "./claims-repeat.js";
import { verdict } from "./claims-verdict.js";
import { briefs, claimOf, keep, memory, nextTurn, time, UNSURE } from "./claims-memory.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("../core/lab.js").Opened} Opened */
/** @typedef {import("../core/address.js").State} State */
/** @typedef {import("./claims-memory.js").Claim} Claim */

const WAIT = 250; // ms after the last change of a control

/**
 * @param {HTMLElement} root
 * @param {Lab} lab
 * @param {State} state
 * @param {boolean} arrived whether the reader comes from another claim or from the list
 * @returns {Opened}
 */
export function openOne(root, lab, state, arrived) {
  const id = String(state.id);
  /** @type {ReturnType<typeof one> | undefined} */
  let shown;
  let closed = false;
  const loading = make("p", { class: "small loading", text: lab.word("claims.loading") });
  root.append(loading);
  const load = () => void Promise.all([claimOf(lab, id), briefs(lab)]).then(([claim, list]) => {
    if (closed || shown) return;
    loading.remove();
    shown = one(root, lab, claim, list, state);
    if (arrived) root.querySelector("h1")?.focus({ preventScroll: true });
  }).catch((error) => {
    if (closed) return;
    lab.complain(error);
    if (error instanceof Refused) lab.go("claims");
  });
  load();
  const undo = lab.line.onAgain(() => (shown ? shown.again() : load()));
  return {
    restate: (wanted) => shown?.restate(wanted),
    paint: () => shown?.paint(),
    taken: () => shown?.taken() ?? [],
    close() {
      closed = true;
      undo();
      shown?.close();
    },
  };
}

/**
 * @param {HTMLElement} root
 * @param {Lab} lab
 * @param {Claim} claim
 * @param {import("./claims-memory.js").Brief[]} list
 * @param {State} state
 */
function one(root, lab, claim, list, state) {
  const word = (/** @type {string} */ key) => lab.word(`claims.${key}`);
  let turn = 0;
  let ran = state.ran === true;
  let running = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const asked = question(lab, claim, (guess) => {
    memory.guesses.set(claim.id, guess);
    remember();
    refresh();
  }, () => {
    memory.guesses.delete(claim.id);
    memory.shown.delete(claim.id);
    ran = false;
    cancel();
    judged.clear();
    drawn.clear();
    remember();
    refresh();
  });
  const set = controls(lab, claim, () => {
    clearTimeout(timer);
    timer = setTimeout(() => (ran ? run() : remember()), WAIT);
  });
  const drawn = figures(lab, claim, () => asked.element.querySelector("input"), () => setupLine(lab, claim.id, set.wanted()));
  const judged = verdict(lab, claim);
  const again = repeat(lab, claim, () => set.wanted(), (seed) => set.seed(seed));

  const meter = make("i");
  const bar = make("div", { class: "meter", set: { role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100, hidden: true }, label: word("running-now") }, meter);
  const start = make("button", { class: "primary", set: { "data-control": "claims.run" }, on: { click: () => { run(); follow(); } } });
  const note = make("p", { class: "small", set: { id: "claims-note" } });
  start.setAttribute("aria-describedby", "claims-note");

  const about = make("div", { class: "stack-2", set: { hidden: true } }, make("h2", { text: word("about") }), make("p", { text: claim.about }));

  const place = list.findIndex((brief) => brief.id === claim.id);
  root.append(crumbs(lab, claim, list[place - 1], list[place + 1]), make("div", { class: "claim" },
    make("div", { class: "claim-left stack" }, make("h1", { class: "sentence", text: claim.claim, set: { tabindex: -1 } }), asked.element,
      make("div", { class: "stack-2 starter" }, make("div", { class: "controls" }, start), bar, note), set.element),
    drawn.element, make("div", { class: "claim-right stack" }, judged.element, again.element),
    make("div", { class: "claim-rest stack" }, drawn.rest, make("section", { class: "claim-about" }, about, readNext(lab, claim, list)))));

  function remember() {
    const guess = memory.guesses.get(claim.id);
    const { settings, seed } = set.changed();
    lab.remember({ id: claim.id, ...(guess ? { guess } : {}), ...(Object.keys(settings).length ? { settings } : {}), ...(seed ? { seed } : {}), ...(ran ? { ran } : {}) });
  }

  function refresh() {
    const guess = memory.guesses.get(claim.id);
    asked.refresh(guess, ran);
    start.disabled = !guess;
    start.replaceChildren();
    const words = make("span", running ? { text: word("running-now") } : { text: word(ran ? "run-again-one" : "run") });
    start.append(icon("M2 1l11 6-11 6z"), words);
    bar.hidden = !running;
    if (!guess) tell(note, { text: word("choose-first"), values: {} });
    else if (ran) tell(note, { text: word("live"), values: {} });
    else tell(note, { text: word("takes"), values: { time: time(lab.word, claim.seconds) } });
    const factor = claim.answers.find((answer) => answer.id === guess)?.factor ?? null;
    drawn.guess(ran || guess ? factor : null);
    again.offer(ran && memory.results.has(claim.id));
    about.hidden = !ran || running; // it says what comes out
    root.dataset.state = running ? "running" : ran ? "done" : "asking";
  }

  function run() {
    if (!memory.guesses.get(claim.id)) return asked.focus();
    clearTimeout(timer);
    [ran, running, turn] = [true, true, nextTurn()];
    const { settings, seed } = set.wanted();
    drawn.begin();
    judged.wait();
    told(0);
    remember();
    refresh();
    lab.line.ask("claims.run", { id: claim.id, settings, seed, turn }).catch(failed);
  }

  // On a narrow page what was begun happens below: go there.
  function follow() {
    if (running && drawn.element.getBoundingClientRect().top > innerHeight * 0.7) drawn.element.scrollIntoView({ block: "start", behavior: lab.calm ? "auto" : "smooth" });
  }

  /** @param {unknown} [error] to be complained of; none: the page has done so */
  function failed(error) {
    running = false;
    drawn.fail();
    refresh();
    if (error) lab.complain(error);
  }

  function cancel() {
    clearTimeout(timer);
    running = false;
    turn = nextTurn();
    lab.line.ask("claims.leave").catch(() => {});
  }

  /** @param {number} share */
  function told(share) {
    meter.style.width = `${100 * share}%`;
    bar.setAttribute("aria-valuenow", String(Math.round(100 * share)));
  }

  /** @param {any} heard */
  function hear(heard) {
    if (heard.turn !== turn || !running) return;
    if (heard.error) return failed(new Refused(heard.error));
    told(heard.share);
    if (!heard.proved) return;
    running = false;
    memory.shown.set(claim.id, { setup: JSON.stringify(set.wanted()), heard });
    proven(heard);
    lab.announce(word("spoken-verdict"), { verdict: word(`${heard.proved.verdict.code}-head`), count: heard.held.count, of: heard.held.of });
  }

  /** @param {import("./claims-verdict.js").Heard} heard */
  function proven(heard) {
    const { proved, held } = heard;
    keep({ id: claim.id, seed: proved.facts.seed, code: proved.verdict.code, text: proved.verdict.text, held, right: proved.right, seconds: proved.seconds, number: proved.facts.numbers[0] ?? null });
    drawn.show(proved.facts.figures, true);
    judged.show(heard, memory.guesses.get(claim.id) ?? UNSURE);
    refresh();
  }

  const unheard = [
    lab.line.listen("claim", hear),
    lab.line.listen("claim.figures", (heard) => {
      if (heard.turn === turn && running) drawn.show(heard.figures, false);
    }),
    lab.line.listen("trouble", (heard) => {
      if (heard.job === "claim" && running) failed();
    }),
  ];
  bindings();
  function bindings() {
    /** @param {number} step */
    const walk = (step) => {
      const to = list[place + step];
      if (to) lab.go("claims", { id: to.id });
    };
    lab.bind(["p", "P", "ㅔ"], word("key-predict"), () => asked.focus());
    lab.bind(["v", "V", "ㅍ"], word("key-run"), run);
    lab.bind("ArrowRight", word("key-next"), () => walk(1));
    lab.bind("ArrowLeft", word("key-previous"), () => walk(-1));
    lab.bind(["t", "T", "ㅅ"], word("key-table"), () => drawn.toggle());
  }

  /** @param {State} wanted */
  function restate(wanted) {
    const known = claim.answers.some((answer) => answer.id === wanted.guess) || wanted.guess === UNSURE;
    if (known) memory.guesses.set(claim.id, wanted.guess);
    set.restate(wanted);
    const before = memory.shown.get(claim.id);
    const same = before?.setup === JSON.stringify(set.wanted());
    ran = (wanted.ran === true || same) && memory.guesses.has(claim.id);
    refresh();
    if (ran && !(before && same)) return run();
    remember();
    if (ran && before) proven(before.heard);
  }

  restate(state);
  return {
    restate,
    again: () => {
      if (running) run();
    },
    paint() {
      drawn.paint();
      judged.paint();
    },
    taken: () => [...judged.taken(), ...drawn.taken()],
    close() {
      unheard.forEach((undo) => undo());
      again.close();
      drawn.close();
      if (running) cancel();
      clearTimeout(timer);
    },
  };
}
