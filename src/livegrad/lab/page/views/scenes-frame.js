// The frame that every scene stands in: controls, drawing, handles to drag, numbers, a table, something to take away.

import { make, say, tell } from "../core/dom.js";
import { table } from "../core/table.js";
import { penOn } from "../draw/pen.js";
import { SvgPen } from "../draw/svg.js";
import { Newest } from "./functions-asking.js";
import { choices, drawing, selecting, slider } from "./functions-controls.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("../core/words.js").Text} Text */
/** @typedef {import("../draw/pen.js").Pen} Pen */
/** @typedef {import("./functions-plot.js").Plot} Plot */
/** @typedef {Record<string, any>} Values */
/** @typedef {{ x: number, y: number, put: (x: number, y: number) => Values }} Handle in the units of the plot */

/**
 * @typedef {object} Control
 * @property {string} key
 * @property {Text} [name] else the key's own word of the scene, scenes.<key>
 * @property {number} [low]
 * @property {number} [high]
 * @property {number} [step]
 * @property {boolean} [log]
 * @property {string[]} [choices]
 * @property {boolean} [menu] choices as a list rather than a row
 *
 * @typedef {object} Told one number
 * @property {Text} name
 * @property {string} value
 * @property {Text} [note]
 *
 * @typedef {object} Scene
 * @property {string} id
 * @property {string[]} claims
 * @property {Values} usual
 * @property {Control[]} controls
 * @property {Record<string, Values>} [settings] buttons that set several controls, by the word's key
 * @property {string} [height]
 * @property {(values: Values) => object} [asks] what the lab is asked with
 * @property {string} [action]
 * @property {(pen: Pen, values: Values, answer: any, moment: number) => Plot | null | void} [draw]
 * @property {(values: Values) => Handle[]} [handles]
 * @property {boolean} [moves]
 * @property {(values: Values, word: (key: string) => Text, answer: any) => Told[]} told
 * @property {(lab: Lab, act: (change: Values) => void) => { box: HTMLElement, put: (values: Values, answer: any) => void }} [more]
 */

/**
 * @param {Lab} lab
 * @param {Scene} scene
 * @param {Values} begun
 * @param {(values: Values) => void} changed
 */
export function framed(lab, scene, begun, changed) {
  const word = (/** @type {string} */ key) => lab.word(`scenes.${key.replaceAll(".", "-")}`);
  let values = { ...scene.usual, ...begun };
  /** @type {any} */
  let answer = null;
  /** @type {Plot | null | void} */
  let plot = null;
  let moment = 0;
  let alive = true;
  const act = (/** @type {Values} */ change) => {
    values = { ...values, ...change };
    changed(values);
    renew();
  };
  const controls = scene.controls.map((one) => ({ one, made: control(one) }));
  const rows = make("dl", { class: "scene-numbers" });
  const more = scene.more?.(lab, act);
  const view = scene.draw ? drawing(lab, { control: `scenes.${scene.id}.table`, height: scene.height ?? "clamp(240px, min(44vh, 84vw), 460px)", name: word(`${scene.id}.says`), paint, table: tabled }) : null;
  const newest = scene.action ? new Newest((/** @type {object} */ given) => lab.line.ask(`scenes.${scene.action}`, given), (found) => {
    answer = found;
    show();
  }, (error) => lab.complain(error)) : null;

  /** @param {Control} one */
  function control(one) {
    const name = one.name ?? word(one.key);
    const about = { control: `scenes.${scene.id}.${one.key}`, name };
    if (one.choices) {
      const how = { ...about, value: String(values[one.key]), choices: one.choices.map((id) => /** @type {[string, Text]} */ ([id, lab.page.words.scenes?.[`choice-${id}`] ?? { en: id, ko: id }])), act: (/** @type {string} */ value) => act({ [one.key]: value }) };
      return one.menu ? selecting(how) : choices(how);
    }
    return slider({ ...about, low: one.low ?? 0, high: one.high ?? 1, value: values[one.key], step: one.step ?? 0.1, log: one.log, wide: one.step !== 1 && !one.log, act: (value) => act({ [one.key]: value }) });
  }
  function tabled() {
    return table(word(`${scene.id}.name`), [word("what"), word("number")], scene.told(values, word, answer).map((told) => [told.name, told.value]));
  }
  function paint() {
    if (view && scene.draw && (answer || !scene.action)) plot = scene.draw(penOn(view.canvas), values, answer, moment);
  }
  function show() {
    if (scene.action && !answer) return;
    const told = scene.told(values, word, answer);
    told.forEach((one, k) => {
      const row = rows.children[k] ?? rows.appendChild(make("div", {}, make("dt"), make("dd", {}, make("strong", {}), make("p", { class: "tiny" }))));
      const [name, value] = [row.children[0], row.children[1]];
      if (!name || !value?.children[0] || !value.children[1]) return;
      tell(name, { text: one.name });
      value.children[0].textContent = one.value;
      tell(value.children[1], { text: one.note ?? { en: "", ko: "" } });
    });
    while (rows.children.length > told.length) rows.lastElementChild?.remove();
    more?.put(values, answer);
    view?.say({ numbers: told.map((one) => `${say(one.name)} ${one.value}`).slice(0, 4).join(", ") });
    view?.renew();
  }
  function renew() {
    for (const { one, made } of controls) /** @type {any} */ (made).put(values[one.key]);
    if (newest && scene.asks) newest.want(scene.asks(values));
    else show();
  }
  if (view && scene.handles) dragging(view.canvas, () => plot, () => scene.handles?.(values) ?? [], act);
  const settings = Object.entries(scene.settings ?? {}).map(([key, change]) => make("button", { text: word(key), set: { "data-control": `scenes.${scene.id}.${key}` }, on: { click: () => act(change) } }));
  const again = make("button", { class: "quiet", text: word("again"), set: { "data-control": `scenes.${scene.id}.again` }, on: { click: () => act({ ...scene.usual }) } });
  const many = Boolean(view) && scene.controls.length > 8; // then the numbers stand below the drawing
  const box = make("div", { class: "scene-body" },
    view ? make("div", { class: "stack" }, view.canvas, view.place, make("div", { class: "controls" }, view.button, again), many ? rows : null) : null,
    make("div", { class: "stack" }, settings.length ? make("div", { class: "controls" }, ...settings) : null, make("div", { class: "scene-controls" }, ...controls.map(({ made }) => made)), many ? null : rows, view ? null : again),
    more?.box);
  let last = 0;
  const tick = (/** @type {number} */ now) => {
    if (!alive) return;
    if (now - last > 40 && !view?.tabled) {
      last = now;
      moment = now / 1000;
      paint();
    }
    requestAnimationFrame(tick);
  };
  return {
    box,
    begin: () => {
      renew();
      if (scene.moves && !lab.calm) requestAnimationFrame(tick);
    },
    /** @param {Values} now */
    put: (now) => {
      values = { ...scene.usual, ...now };
      renew();
    },
    paint: show,
    table: () => view?.button.click(),
    again: renew,
    close: () => {
      alive = false;
      newest?.close();
    },
    /** @returns {import("../core/lab.js").Taken[]} */
    taken: () => [
      { name: word("take-numbers"), file: `livegrad-${scene.id}.csv`, content: () => `what,number\n${scene.told(values, word, answer).map((one) => `"${say(one.name).replaceAll('"', '""')}","${one.value}"`).join("\n")}\n` },
      ...(scene.draw ? [{ name: word("take-picture"), file: `livegrad-${scene.id}.svg`, content: () => {
        const pen = new SvgPen(760, 420);
        scene.draw?.(pen, values, answer, 0);
        return pen.text(say(word(`${scene.id}.name`)), Object.entries(values).map(([key, value]) => `${key} = ${value}`).join(", "));
      } }] : []),
    ],
  };
}

/**
 * Handles follow the finger; what they do, sliders and fields do too.
 * @param {HTMLCanvasElement} canvas
 * @param {() => Plot | null | void} plotted
 * @param {() => Handle[]} handles
 * @param {(change: Values) => void} act
 */
function dragging(canvas, plotted, handles, act) {
  let held = -1;
  const near = (/** @type {{ offsetX: number, offsetY: number }} */ at) => {
    const plot = plotted();
    if (!plot) return -1;
    const apart = handles().map((one) => Math.hypot(plot.x.at(one.x) - at.offsetX, plot.y.at(one.y) - at.offsetY));
    const least = Math.min(...apart);
    return least < 40 ? apart.indexOf(least) : -1;
  };
  const move = (/** @type {PointerEvent} */ event) => {
    const plot = plotted();
    const handle = handles()[held];
    if (!plot || !handle) return;
    const tidy = (/** @type {number} */ value) => Math.round(value * 20) / 20;
    act(handle.put(tidy(Math.max(plot.x.low, Math.min(plot.x.high, plot.x.value(event.offsetX)))), tidy(Math.max(plot.y.low, Math.min(plot.y.high, plot.y.value(event.offsetY))))));
  };
  canvas.addEventListener("pointerdown", (event) => {
    held = near(event);
    if (held < 0) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (held >= 0) move(event);
    else canvas.style.cursor = near(event) >= 0 ? "grab" : "";
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { held = -1; });
  canvas.addEventListener("touchstart", (event) => {
    const [touch] = event.touches;
    const box = canvas.getBoundingClientRect();
    if (touch && near({ offsetX: touch.clientX - box.left, offsetY: touch.clientY - box.top }) >= 0) event.preventDefault(); // elsewhere the page scrolls
  }, { passive: false });
}
