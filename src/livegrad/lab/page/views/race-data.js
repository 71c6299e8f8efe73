// The data: a task, points that one paints, or a pasted table.

import { make, tell } from "../core/dom.js";
import { Refused } from "../core/line.js";
import { drawPoints } from "../draw/field.js";
import { penOn } from "../draw/pen.js";
import { choices } from "./race-fields.js";
import { called } from "./race-sentence.js";

/** @typedef {import("./race-model.js").Model} Model */
/** @typedef {[number, number, string]} Point */

const REACH = 3; // the painted plane goes from −3 to 3
const LEAST = 20; // fewer cannot be learned from and judged by

/**
 * @param {Model} model
 * @param {HTMLElement} room
 * @param {HTMLElement} opener
 */
export function dataDialog(model, room, opener) {
  const word = model.lab.word;
  const dialog = make("dialog", { class: "data", label: word("race.data") });
  const { task, csv, points, ...common } = model.setup.data;
  const refused = make("p", { class: "refused", set: { role: "alert", hidden: true } });
  const say = (/** @type {unknown} */ error) => {
    if (!(error instanceof Refused)) return model.lab.complain(error);
    refused.hidden = false;
    tell(refused, { text: error.text });
    refused.scrollIntoView({ block: "nearest" });
  };
  const use = async (/** @type {Record<string, any>} */ data) => {
    const { count: _count, noise: _noise, ...kept } = common;
    if (await model.open({ ...model.setup, data: { ...kept, ...data } }, say)) dialog.close();
  };
  const tasks = model.start.tasks.map((/** @type {{ id: string, about: import("../core/words.js").Text }} */ one) => ({ value: one.id, text: called(model, "task", one.id), about: one.about }));
  const area = make("textarea", { label: word("race.csv"), class: "code", set: { rows: 6, spellcheck: "false", placeholder: "x,y,label\n0.1,0.9,A\n1.2,-0.3,B", "data-control": "race.csv", "aria-describedby": "race-csv-about" } }, csv ?? "");
  const file = make("input", { label: word("race.csv-file"), set: { type: "file", accept: ".csv,.tsv,.txt,text/csv", "data-control": "race.csv-file" }, on: { change: () => void file.files?.[0]?.text().then((text) => { area.value = text; }) } });
  dialog.append(
    make("header", {}, make("h2", { text: word("race.data-title") }), make("button", { text: word("shell.close"), on: { click: () => dialog.close() } })), refused,
    choices({ label: word("race.tasks"), control: "task", value: task ?? "", choices: tasks, act: (id) => void use({ task: id, count: common.count ?? model.usual.data.count, noise: common.noise ?? null }) }),
    make("h3", { text: word("race.paint") }), paint(model, points ?? [], (found) => void use({ points: found })),
    make("h3", { text: word("race.paste") }), make("p", { class: "small", text: word("race.csv-about"), set: { id: "race-csv-about" } }), area,
    make("div", { class: "controls" }, file, make("button", { text: word("race.use-csv"), set: { "data-control": "race.use-csv" }, on: { click: () => void use({ csv: area.value }) } })),
  );
  dialog.addEventListener("close", () => {
    dialog.remove();
    opener.focus();
  });
  room.append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * A plane to put points on: by click, or with a cursor of the arrow keys and the keys 1, 2, 3.
 * @param {Model} model
 * @param {any[]} before
 * @param {(points: Point[]) => void} use
 */
function paint(model, before, use) {
  const word = model.lab.word;
  /** @type {Point[]} */
  const points = before.map(([x, y, label]) => [Number(x), Number(y), String(label)]);
  let kind = "0";
  let at = { x: 0, y: 0 };
  const canvas = make("canvas", { class: "plane", label: word("race.plane"), set: { tabindex: 0, role: "application", "data-control": "race.plane", "aria-describedby": "race-paint-about" } });
  const count = make("p", { class: "small", set: { role: "status" } });
  const done = make("button", { class: "primary", text: word("race.use-points"), set: { "data-control": "race.use-points" }, on: { click: () => use(points) } });
  function draw() {
    const pen = penOn(canvas);
    const x = (/** @type {number} */ v) => ((v + REACH) / (2 * REACH)) * pen.width;
    const y = (/** @type {number} */ v) => ((REACH - v) / (2 * REACH)) * pen.height;
    pen.segments([-2, -1, 0, 1, 2].flatMap((v) => [x(v), 0, x(v), pen.height, 0, y(v), pen.width, y(v)]), { ink: "grid" });
    pen.segments([x(0), 0, x(0), pen.height, 0, y(0), pen.width, y(0)], { ink: "grid-strong" });
    drawPoints(pen, { points: { shape: [points.length, 2], data: Float32Array.from(points.flatMap(([a, b]) => [a, b])) }, labels: points.map((one) => Number(one[2])), extent: [-REACH, REACH, -REACH, REACH], kind: "classes" }, 3.5);
    pen.segments([x(at.x) - 9, y(at.y), x(at.x) + 9, y(at.y), x(at.x), y(at.y) - 9, x(at.x), y(at.y) + 9], { ink: "focus", width: 2 });
    done.disabled = points.length < LEAST || new Set(points.map((one) => one[2])).size < 2;
    tell(count, { text: word("race.painted-count"), values: { count: points.length, x: at.x.toFixed(1), y: at.y.toFixed(1) } });
  }
  const put = (/** @type {number} */ x, /** @type {number} */ y) => {
    if (points.length < model.start.limits.points) points.push([Math.round(100 * x) / 100, Math.round(100 * y) / 100, kind]);
    draw();
  };
  const radios = choices({ label: word("race.class"), control: "class", value: "0", choices: ["0", "1", "2"].map((value) => ({ value, text: word(`race.class-${value}`) })), act: (value) => { kind = value; } });
  let drawn = 0;
  const stroke = (/** @type {PointerEvent} */ event) => {
    const box = canvas.getBoundingClientRect();
    at = { x: ((event.clientX - box.left) / box.width) * 2 * REACH - REACH, y: REACH - ((event.clientY - box.top) / box.height) * 2 * REACH };
    put(at.x, at.y);
    drawn = event.timeStamp;
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    stroke(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.buttons && event.timeStamp - drawn > 45) stroke(event); // a stroke sprays points, not a solid line
  });
  canvas.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? 0.5 : 0.1;
    const [dx = 0, dy = 0] = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] }[event.key] ?? [];
    const label = ["1", "2", "3"].indexOf(event.key);
    if (label >= 0) {
      kind = String(label);
      put(at.x, at.y);
    } else if (event.key === "Backspace") points.pop();
    else if (!dx && !dy) return;
    event.preventDefault();
    at = { x: Math.max(-REACH, Math.min(REACH, at.x + dx)), y: Math.max(-REACH, Math.min(REACH, at.y + dy)) };
    draw();
  });
  const clear = make("button", { text: word("race.clear"), set: { "data-control": "race.clear" }, on: { click: () => { points.length = 0; draw(); } } });
  requestAnimationFrame(draw);
  return make("div", { class: "paint" }, canvas, make("div", { class: "stack" }, radios, make("p", { class: "small", text: word("race.paint-about"), set: { id: "race-paint-about" } }), count, make("div", { class: "controls" }, done, clear)));
}
