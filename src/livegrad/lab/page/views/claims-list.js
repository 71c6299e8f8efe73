// All claims on one scale: a forest of what was measured, what is left to run, and the reader's guesses beside.

import { make, say, speaking, tell } from "../core/dom.js";
import { penOn } from "../draw/pen.js";
import { SvgPen } from "../draw/svg.js";
import { drawAxis, drawForest, forestHeight } from "./claims-forest.js";
import { filters, matches } from "./claims-filter.js";
import { briefs, keep, memory, nextTurn, score, time, verdictOf } from "./claims-memory.js";
import { row } from "./claims-row.js";
import { csv } from "./claims-take.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("../core/lab.js").Opened} Opened */
/** @typedef {import("../core/address.js").State} State */
/** @typedef {import("./claims-memory.js").Brief} Brief */
/** @typedef {ReturnType<typeof row>} Row */

/**
 * @param {HTMLElement} root
 * @param {Lab} lab
 * @param {State} state
 * @returns {Opened}
 */
export function openList(root, lab, state) {
  const word = (/** @type {string} */ key) => lab.word(`claims.${key}`);
  /** @type {Brief[]} */
  let list = [];
  /** @type {Row[]} */
  let rows = [];
  /** @type {{ turn: number, ids: string[], now: string | null, done: number, of: number } | null} */
  let running = null;
  let closed = false;

  const chosen = filters(lab, state, () => {
    lab.remember(chosen.state());
    refresh();
  });
  const all = make("button", { class: "primary", set: { "data-control": "claims.run-all" }, on: { click: () => (running ? stop() : runAll()) } });
  const takes = make("p", { class: "small" });
  const meter = make("i");
  const progress = make("div", { class: "meter", set: { role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100 }, label: word("ran") }, meter);
  const count = make("p", { class: "small", set: { role: "status" } });
  const none = make("div", { class: "ghost", set: { hidden: true } }, make("p", { text: word("none") }),
    make("button", { text: word("clear"), on: { click: () => chosen.clear() } }));
  const table = make("ul", { class: "forest", label: lab.word("shell.claims") });
  const ran = make("span");
  const mine = make("p", { class: "small" });
  const side = make("aside", { class: "side stack", label: word("filters") },
    make("div", { class: "stack-2" }, make("div", { class: "between" }, make("h2", { class: "h3", text: word("ran") }), ran), progress), chosen.element,
    make("div", { class: "stack-2" }, make("h2", { class: "h3", text: word("my-guesses") }), mine));
  const help = make("details", { class: "card help-card" }, make("summary", { text: word("list-help") }), make("p", { class: "small", text: word("list-help-text") }));
  const scale = make("canvas");
  const head = make("div", { class: "forest-head", set: { "aria-hidden": true } }, make("span", { text: word("claim") }), make("span", { text: word("sources") }),
    make("span", {}, make("span", { text: word("held-axis") }), scale), make("span", { text: word("verdict") }));
  root.append(
    make("div", { class: "head" }, make("div", {}, make("h1", { text: word("title") }), make("p", { text: word("lead") })), make("div", { class: "run-all" }, all, takes)),
    make("div", { class: "claims-list" }, side, make("section", { class: "stack", label: lab.word("shell.claims") },
      count, make("div", { class: "card forest-card" }, head, table), none, help)),
  );
  const loading = make("li", { class: "small loading", text: word("loading") });
  table.append(loading);

  function refresh() {
    const left = list.filter((brief) => !memory.results.has(brief.id));
    let shown = 0;
    rows.forEach((one) => {
      const fits = matches(one.brief, chosen.state(), verdictOf(memory.results.get(one.brief.id)), say(one.brief.claim));
      one.element.hidden = !fits;
      shown += Number(fits);
      one.refresh(running?.now === one.brief.id ? "now" : running?.ids.includes(one.brief.id) ? "waiting" : "still");
    });
    tell(count, { text: word("count"), values: { count: shown, of: list.length } });
    none.hidden = shown > 0 || !list.length;
    tell(ran, { text: word("ran-of"), values: { count: list.length - left.length, of: list.length } });
    const share = list.length ? (list.length - left.length) / list.length : 0;
    meter.style.width = `${100 * share}%`;
    progress.setAttribute("aria-valuenow", String(Math.round(100 * share)));
    chosen.count((code) => list.filter((brief) => verdictOf(memory.results.get(brief.id)) === code).length);
    const { right, of } = score();
    tell(mine, of ? { text: word("my-score"), values: { right, of } } : { text: word("no-guesses"), values: {} });
    const wanted = left.length ? left : list;
    if (running) tell(all, { text: word("stop"), values: {} });
    else tell(all, { text: word(left.length ? "run-all" : "run-again"), values: { count: wanted.length } });
    if (running) tell(takes, { text: word("running-of"), values: { done: running.done, of: running.of } });
    else tell(takes, { text: word("run-all-takes"), values: { time: time(lab.word, wanted.reduce((sum, one) => sum + one.seconds, 0)) } });
    all.disabled = !list.length;
    takes.hidden = !list.length;
    root.dataset.ran = String(list.length - left.length);
  }

  function runAll() {
    const left = list.filter((brief) => !memory.results.has(brief.id));
    const ids = (left.length ? left : list).map((brief) => brief.id);
    running = { turn: nextTurn(), ids, now: null, done: 0, of: ids.length };
    lab.line.ask("claims.all", { ids, turn: running.turn }).catch(refused);
    refresh();
  }

  /** @param {unknown} error */
  function refused(error) {
    running = null;
    refresh();
    if (!closed) lab.complain(error);
  }

  function stop() {
    running = null;
    lab.line.ask("claims.stop", { what: "claims" }).catch(lab.complain);
    lab.announce(word("stopped"));
    refresh();
  }

  /** @param {{ turn: number, done: import("./claims-memory.js").Outcome[], now: string | null, part: number, of: number }} heard */
  function hear(heard) {
    heard.done.forEach(keep);
    if (!running || heard.turn !== running.turn) return refresh();
    const finished = new Set(heard.done.map((one) => one.id));
    running = { ...running, now: heard.now, done: heard.done.length, ids: running.ids.filter((id) => !finished.has(id)) };
    rows.find((one) => one.brief.id === heard.now)?.progress(heard.part);
    if (heard.done.length >= heard.of) {
      running = null;
      const found = (/** @type {string} */ code) => heard.done.filter((one) => one.code === code).length;
      lab.announce(word("all-done"), { holds: found("holds"), depends: found("holds-if"), fails: found("does-not-hold") });
    }
    refresh();
  }

  function load() {
    briefs(lab).then((found) => {
      if (closed) return;
      list = found;
      rows = list.map((brief) => row(lab, brief));
      table.replaceChildren(...rows.map((one) => one.element));
      refresh();
      paint();
      root.dataset.listed = String(list.length);
    }).catch(lab.complain);
  }

  function paint() {
    if (scale.clientWidth) drawAxis(penOn(scale));
    rows.forEach((one) => one.paint());
  }

  const unheard = [
    lab.line.listen("claims", hear),
    lab.line.listen("trouble", (heard) => {
      if (heard.job !== "claims") return;
      running = null; // the page has complained
      refresh();
    }),
    lab.line.onAgain(() => {
      if (!list.length) load();
      if (running) runAll();
    }),
  ];
  lab.bind(["v", "V", "ㅍ"], word("run-all-key"), () => (running ? stop() : runAll()));
  lab.bind("/", word("search"), () => chosen.focus());
  load();
  refresh();

  return {
    restate(wanted) {
      chosen.restate(wanted);
      refresh();
    },
    paint() {
      refresh();
      paint();
    },
    close() {
      closed = true;
      chosen.close();
      unheard.forEach((undo) => undo());
      if (running) lab.line.ask("claims.stop", { what: "claims" }).catch(() => {});
    },
    taken: () => [
      { name: word("verdicts-csv"), file: "livegrad-claims.csv", content: () => csv(outcomes(lab, list)) },
      { name: word("verdicts-svg"), file: "livegrad-claims.svg", content: () => {
        const pen = new SvgPen(1100, forestHeight(list));
        drawForest(pen, list, lab, speaking());
        return pen.text(say(word("title")), location.href.split("?")[0] ?? "");
      } },
    ],
  };
}

/**
 * What was measured, a row for each claim.
 * @param {Lab} lab
 * @param {Brief[]} list
 */
function outcomes(lab, list) {
  const word = (/** @type {string} */ key) => say(lab.word(`claims.${key}`));
  const rows = list.map((brief) => {
    const outcome = memory.results.get(brief.id);
    const held = outcome?.held;
    return [brief.id, say(brief.claim), brief.sources, word(verdictOf(outcome)), held?.count ?? "", held?.of ?? "", held?.share ?? "", held?.low ?? "", held?.high ?? "", outcome?.seed ?? "", outcome?.seconds ?? ""];
  });
  return [["id", word("claim"), word("sources"), word("verdict"), word("held-in"), word("starts"), word("value"), word("low"), word("high"), word("seed"), word("seconds")], ...rows];
}
