// The one line to the lab: questions with answers, channels of which only the newest frame travels, and a line
// that mends itself. Knows no DOM.

import { decoded } from "./frames.js";

/** @typedef {import("./words.js").Text} Text */

/** What the lab said no to, in both languages. */
export class Refused extends Error {
  /** @param {Text} text */
  constructor(text) {
    super(text.en);
    this.text = text;
  }
}

/** @typedef {"connecting" | "open" | "lost"} State */

export class Line {
  /**
   * @param {() => string} address of the socket
   * @param {(state: State, retrySeconds: number) => void} told
   */
  constructor(address, told) {
    this.address = address;
    this.told = told;
    this.next = 1;
    this.tries = 0;
    /** @type {Map<number, { done: (value: any) => void, refused: (error: Error) => void }>} */
    this.waiting = new Map();
    /** @type {Map<string, Set<(value: any) => void>>} */
    this.listeners = new Map();
    /** What the lab says of no question in particular. @type {(error: Error) => void} */
    this.troubled = () => {};
    this.listen("trouble", (value) => this.troubled(new Refused(value.error)));
    /** @type {Set<() => void>} */
    this.again = new Set();
    /** @type {WebSocket | undefined} */
    this.socket = undefined;
    /** @type {string[]} */
    this.queue = [];
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.connect();
  }

  connect() {
    clearTimeout(this.timer);
    this.told("connecting", 0);
    const socket = new WebSocket(this.address());
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.onopen = () => {
      const first = this.tries === 0;
      this.tries = 0;
      this.told("open", 0);
      this.queue.splice(0).forEach((message) => socket.send(message));
      if (!first) this.again.forEach((act) => act());
    };
    socket.onmessage = (event) => this.take(decoded(event.data));
    socket.onclose = () => {
      if (this.socket !== socket) return;
      this.waiting.forEach(({ refused }) => refused(new Error("lost")));
      this.waiting.clear();
      this.tries += 1;
      const seconds = Math.min(8, 2 ** (this.tries - 1));
      this.told("lost", seconds);
      this.timer = setTimeout(() => this.connect(), 1000 * seconds);
    };
  }

  /** @param {any} frame */
  take(frame) {
    if (frame.channel !== undefined) {
      this.listeners.get(frame.channel)?.forEach((hear) => hear(frame.value));
      this.send({ ack: frame.n });
      return;
    }
    const waiting = this.waiting.get(frame.re);
    this.waiting.delete(frame.re);
    if (frame.error && !waiting) this.troubled(new Refused(frame.error));
    else if (frame.error) waiting?.refused(new Refused(frame.error));
    else waiting?.done(frame.value);
  }

  /** @param {object} message */
  send(message) {
    const text = JSON.stringify(message);
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(text);
    else if (!("ack" in message)) this.queue.push(text);
  }

  /**
   * Ask a desk for something: `ask("race.open", { setup })`. Rejects with `Refused` where the lab says no.
   * @param {string} action
   * @param {object} [given]
   * @returns {Promise<any>}
   */
  ask(action, given = {}) {
    const id = this.next++;
    return new Promise((done, refused) => {
      this.waiting.set(id, { done, refused });
      this.send({ id, do: action, with: given });
    });
  }

  /**
   * Hear what is shown on a channel; returns how to stop.
   * @param {string} channel
   * @param {(value: any) => void} hear
   */
  listen(channel, hear) {
    const heard = this.listeners.get(channel) ?? new Set();
    this.listeners.set(channel, heard.add(hear));
    return () => void heard.delete(hear);
  }

  /**
   * Do something whenever a lost line was mended: the lab has forgotten this page then.
   * @param {() => void} act
   */
  onAgain(act) {
    this.again.add(act);
    return () => void this.again.delete(act);
  }
}
