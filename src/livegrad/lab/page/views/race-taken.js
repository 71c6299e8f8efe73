// What can be taken away from a race: numbers, a script, a notebook, drawings; and the same drawings as tables.

import { make, say } from "../core/dom.js";
import { table } from "../core/table.js";
import { ladder, ladderTable } from "../draw/ladder.js";
import { SvgPen } from "../draw/svg.js";
import { flat } from "./race-model.js";
import { percent } from "./race-state.js";

/** @typedef {import("./race-model.js").Model} Model */
/** @typedef {import("./race-lane.js").LaneCard} LaneCard */
/** @typedef {import("./race-lane.js").Axes} Axes */

/**
 * @param {Model} model
 * @param {LaneCard[]} cards
 * @param {Axes} axes
 * @param {string} set the set-up in a sentence
 * @returns {import("../core/lab.js").Taken[]}
 */
export function taken(model, cards, axes, set) {
  const word = model.lab.word;
  const exported = (/** @type {string} */ what) => async () => (await model.lab.line.ask("race.export", { what, lane: model.lane })).text;
  return [
    { name: word("race.take-csv"), file: "livegrad-race.csv", content: exported("csv") },
    { name: word("race.take-script"), file: "livegrad-race.py", content: exported("script") },
    { name: word("race.take-notebook"), file: "livegrad-race.ipynb", content: exported("notebook") },
    { name: word("race.take-svg"), file: "livegrad-ladders.svg", content: () => drawing(model, cards, axes, set) },
    { name: word("race.take-png"), file: "livegrad-ladders.png", content: () => picture(drawing(model, cards, axes, set)) },
  ];
}

/**
 * All ladders side by side, drawn again on paper.
 * @param {Model} model
 * @param {LaneCard[]} cards
 * @param {Axes} axes
 * @param {string} set
 */
function drawing(model, cards, axes, set) {
  const wide = axes.dense ? 180 : 340;
  const deepest = Math.max(...cards.map((card) => card.facts.layers));
  const pen = new SvgPen(Math.max(980, wide * cards.length), Math.max(160, 48 + deepest * (axes.dense ? 4 : 30)));
  const lanes = cards.map((card) => ({ ...laneOf(card), title: say(card.facts.name) }));
  ladder(pen, lanes, { min: axes.min, max: axes.max, names: Array.from({ length: deepest }, (_, k) => String(k + 1)), factors: !axes.dense, units: true, empty: axes.first });
  const names = cards.map((card) => say(card.facts.name)).join(" · ");
  return pen.text(names, `${set} ${say(model.lab.word("race.epoch"))} ${model.epoch}.`);
}

/** @param {LaneCard} card */
function laneOf(card) {
  const { shown, facts } = card;
  return card.lane(shown ? flat(shown.gradient) : new Float32Array(facts.layers).fill(NaN), shown?.units ?? { shape: [0, 0], data: new Uint8Array(0) });
}

/** @param {string} svg @returns {Promise<Blob>} */
async function picture(svg) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [2 * image.width, 2 * image.height];
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no picture"))), "image/png"));
}

/**
 * The loss, the scores and the ladders as tables.
 * @param {Model} model
 * @param {LaneCard[]} cards
 */
export function tables(model, cards) {
  const word = model.lab.word;
  const lanes = cards.map((card) => ({ title: card.facts.name, lane: laneOf(card) }));
  const parts = [ladderTable(word("race.ladder-table"), lanes, { layer: word("race.layer"), measured: word("race.col-measured"), theory: word("race.col-theory") })];
  const frame = model.frame;
  if (!frame || !model.epoch) return parts;
  const shown = frame.lanes.map((lane) => ({ at: flat(lane.at), loss: flat(lane.loss) }));
  const every = sampled(shown[0]?.at ?? []);
  const rows = every.map((k) => [String(shown[0]?.at[k] ?? ""), ...shown.map(({ at, loss }) => (Number.isFinite(loss[k]) && k < at.length ? Number(loss[k]).toPrecision(3) : "–"))]);
  parts.unshift(table(word("race.loss-table"), [word("race.epoch"), ...cards.map((card) => card.facts.name)], rows));
  parts.unshift(table(word("race.score-table"), [word("race.lane"), word(frame.lanes[0]?.score_name === "r2" ? "race.r2" : "race.accuracy"), word("race.home-epoch"), word("race.state")],
    frame.lanes.map((lane, k) => [cards[k]?.facts.name ?? "", lane.score_name === "r2" ? lane.accuracy.toFixed(3) : percent(lane.accuracy), lane.home === null ? "–" : String(lane.home), word(`race.${lane.state}`)])));
  return parts;
}

/** About forty of the epochs, first and last included. @param {ArrayLike<number>} at */
function sampled(at) {
  const step = Math.max(1, Math.floor((at.length - 1) / 40));
  const found = [];
  for (let k = 0; k < at.length; k += step) found.push(k);
  if (at.length && found[found.length - 1] !== at.length - 1) found.push(at.length - 1);
  return found;
}

/**
 * A button that shows and hides the tables.
 * @param {Model} model
 * @param {() => LaneCard[]} cards
 */
export function tableToggle(model, cards) {
  const room = make("div", { class: "stack tables", set: { hidden: true, id: "race-tables" } });
  const button = make("button", { text: model.lab.word("shell.as-table"), set: { "aria-expanded": "false", "aria-controls": "race-tables", "data-control": "race.table" }, on: { click: toggle } });
  function toggle() {
    room.hidden = !room.hidden;
    button.setAttribute("aria-expanded", String(!room.hidden));
    fill();
    if (!room.hidden) room.scrollIntoView({ block: "nearest" });
  }
  function fill() {
    if (!room.hidden && model.race) room.replaceChildren(...tables(model, cards()));
  }
  return { room, button, toggle, fill };
}
