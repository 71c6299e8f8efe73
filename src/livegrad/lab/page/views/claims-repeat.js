// Whether the verdict stays: the same experiment from other base seeds.

import { make, tell } from "../core/dom.js";
import { percent } from "../draw/scale.js";
import { badge } from "./claims-row.js";
import { nextTurn, written } from "./claims-memory.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("./claims-memory.js").Claim} Claim */
/** @typedef {import("./claims-memory.js").Outcome} Outcome */
/** @typedef {{ settings: Record<string, number | string>, seed: number }} Wanted */

const COUNT = 5;

/**
 * @param {Lab} lab
 * @param {Claim} claim
 * @param {() => Wanted} wanted
 * @param {(seed: number) => void} reseed
 */
export function repeat(lab, claim, wanted, reseed) {
  const word = (/** @type {string} */ key) => lab.word(`claims.${key}`);
  let turn = -1;
  let running = false;
  const another = make("button", { text: word("another-seed"), set: { "data-control": "claims.another-seed" }, on: { click: () => reseed((wanted().seed + 1) % 2000) } });
  const five = make("button", { text: word("five-seeds"), set: { "data-control": "claims.five-seeds" }, on: { click: () => (running ? stop() : start()) } });
  const meter = make("i");
  const bar = make("div", { class: "meter", set: { hidden: true } }, meter);
  const said = make("p", { class: "small", set: { role: "status", hidden: true } });
  const body = make("tbody");
  const table = make("table", { class: "numbers", set: { hidden: true } }, make("caption", { class: "unseen", text: word("stable") }),
    make("thead", {}, make("tr", {}, ...["seed-column", "verdict", "held-in"].map((key) => make("th", { text: word(key), set: { scope: "col" } })), make("th", { set: { scope: "col", "data-first": true } }))), body);
  const element = make("section", { class: "card stack-2 repeat", set: { hidden: true } }, make("h2", { text: word("stable") }), make("p", { class: "small", text: word("stable-lead") }),
    make("div", { class: "controls" }, another, five), bar, said, table);

  function start() {
    const { settings, seed } = wanted();
    turn = nextTurn();
    running = true;
    body.replaceChildren();
    said.hidden = true;
    refresh(0);
    lab.line.ask("claims.repeat", { id: claim.id, settings, seed: Math.min(seed, 1900), count: COUNT, turn }).catch((error) => {
      running = false;
      refresh(0);
      lab.complain(error);
    });
  }

  function stop() {
    running = false;
    refresh(0);
    lab.line.ask("claims.stop", { what: "claims.repeat" }).catch(lab.complain);
  }

  /** @param {number} share */
  function refresh(share) {
    bar.hidden = !running;
    meter.style.width = `${100 * share}%`;
    tell(five, { text: word(running ? "stop" : "five-seeds") });
  }

  /** @param {{ turn: number, of: number, done: Outcome[], share: number }} heard */
  function hear(heard) {
    if (heard.turn !== turn || !running) return;
    table.hidden = !heard.done.length;
    const first = heard.done.find((one) => one.number)?.number;
    const head = table.querySelector("[data-first]");
    if (head && first) tell(head, { text: first.name });
    heard.done.slice(body.children.length).forEach((one) => body.append(line(one)));
    running = heard.done.length < heard.of;
    refresh(heard.share);
    if (!running) conclude(heard.done);
  }

  /** @param {Outcome} one */
  function line(one) {
    if (!one.code || !one.held) return make("tr", {}, make("th", { set: { scope: "row" } }, String(one.seed)), make("td", { text: one.error, set: { colspan: 3 } }));
    return make("tr", {}, make("th", { set: { scope: "row" } }, String(one.seed)), make("td", {}, badge(lab, one.code)), make("td", {}, percent(one.held.share)),
      make("td", {}, one.number ? written(one.number.value, one.number.form) : "–"));
  }

  /** @param {Outcome[]} done */
  function conclude(done) {
    const codes = done.map((one) => one.code).filter((code) => code !== undefined);
    const most = codes.toSorted((a, b) => codes.filter((c) => c === b).length - codes.filter((c) => c === a).length)[0];
    if (!most) return;
    const times = codes.filter((code) => code === most).length;
    said.hidden = false;
    if (times === codes.length) tell(said, { text: word("stable-yes"), values: { count: times } });
    else tell(said, { text: word("stable-no"), values: { most: word(most), times, count: codes.length } });
  }

  const unheard = [
    lab.line.listen("claims.repeat", hear),
    lab.line.listen("trouble", (heard) => {
      if (heard.job !== "claims.repeat" || !running) return;
      running = false;
      refresh(0);
    }),
    lab.line.onAgain(() => {
      if (running) start();
    }),
  ];
  return {
    element,
    /** @param {boolean} ran */
    offer: (ran) => { element.hidden = !ran; },
    close() {
      unheard.forEach((undo) => undo());
      if (running) lab.line.ask("claims.stop", { what: "claims.repeat" }).catch(() => {});
    },
  };
}
