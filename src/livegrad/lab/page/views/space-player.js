// The way through the layers: a slider, play and pause; with less motion it moves in whole half layers.

import { ICONS, icon, make, tell } from "../core/dom.js";
import { fresh } from "./functions-controls.js";
import { placeOf } from "./space-way.js";

/** @typedef {import("../core/lab.js").Lab} Lab */

const HALF = 1100; // ms for half a layer
const REST = 350; // ms at each half layer

export class Player {
  /**
   * @param {Lab} lab
   * @param {(at: number) => void} moved
   */
  constructor(lab, moved) {
    this.lab = lab;
    this.moved = moved;
    this.at = 0;
    this.last = 0;
    this.playing = false;
    this.frame = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    const word = (/** @type {string} */ key) => lab.word(`space.${key}`);
    this.words = make("span", { text: word("play") });
    this.sign = make("span", { class: "sign" }, icon(ICONS.run));
    this.button = make("button", { class: "primary", set: { "data-control": "space.play" }, on: { click: () => this.toggle() } }, this.sign, this.words);
    const id = fresh("position");
    this.slider = make("input", { set: { id, type: "range", min: 0, step: 1, "data-control": "space.position" }, on: { input: () => this.go(Number(this.slider.value)) } });
    this.place = make("p", { class: "small", set: { "aria-live": "off" } });
    this.box = make("section", { class: "card player", label: word("player") }, this.button,
      make("div", { class: "way" }, make("label", { class: "unseen", text: word("position"), set: { for: id } }), this.place, this.slider),
      make("p", { class: "tiny", text: word("hint") }));
  }

  /**
   * @param {number} at
   * @param {number} last
   */
  put(at, last) {
    this.last = last;
    this.at = Math.min(at, last);
    this.slider.max = String(last);
    this.#show();
  }

  /** @param {number} at jump to a whole half layer */
  go(at) {
    this.stop();
    this.at = Math.min(this.last, Math.max(0, Math.round(at)));
    this.#show();
    this.moved(this.at);
  }

  toggle() {
    if (this.playing) return this.stop();
    if (this.at >= this.last) this.at = 0;
    this.playing = true;
    this.#sign();
    this.lab.calm ? this.#step() : this.#run();
  }

  stop() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
    if (!this.playing) return;
    this.playing = false;
    this.at = Math.round(this.at);
    this.#sign();
    this.#show();
    this.moved(this.at);
  }

  #step() {
    this.moved(this.at);
    this.#show();
    this.timer = setTimeout(() => {
      if (this.at >= this.last) return this.stop();
      this.at = Math.floor(this.at) + 1;
      this.#step();
    }, HALF);
  }

  #run() {
    const from = Math.floor(this.at);
    let began = 0;
    const frame = (/** @type {number} */ now) => {
      began ||= now;
      const part = Math.min(1, (now - began) / HALF);
      this.at = from + part;
      this.moved(this.at);
      this.#show();
      if (part < 1) this.frame = requestAnimationFrame(frame);
      else if (this.at >= this.last) this.stop();
      else this.timer = setTimeout(() => this.#run(), REST);
    };
    this.frame = requestAnimationFrame(frame);
  }

  #sign() {
    tell(this.words, { text: this.lab.word(`space.${this.playing ? "pause" : "play"}`) });
    this.sign.replaceChildren(icon(this.playing ? ICONS.pause : ICONS.run));
  }

  #show() {
    const next = Math.ceil(this.at - 1e-9);
    if (this.slider.value !== String(next)) this.slider.value = String(next);
    const { key, layer } = placeOf(next, "f");
    const text = this.lab.word(`space.${key === "at-bent" ? "f-bends" : key}`);
    if (this.said === `${key} ${layer}`) return;
    this.said = `${key} ${layer}`;
    tell(this.place, { text, values: { layer, name: "f" } });
    this.slider.setAttribute("aria-valuetext", this.place.textContent ?? "");
  }
}
