// A small box under a word: its controls. Escape, a click beside it or leaving it by Tab closes it.

import { make } from "../core/dom.js";

/** @typedef {import("../core/words.js").Text} Text */

/** @type {(() => void) | undefined} */
let shut;

/** Close the box that is open, if one is. */
export const closePopover = () => shut?.();

/**
 * @param {HTMLElement} button that it belongs to
 * @param {HTMLElement} room the positioned element it is put into
 * @param {Text} label
 * @param {(close: () => void) => (Node | string | null | undefined | false)[]} build
 */
export function popover(button, room, label, build) {
  const mine = button.getAttribute("aria-expanded") === "true";
  shut?.();
  if (mine) return;
  const box = make("div", { class: "popover", label, set: { role: "dialog" } });
  const outside = (/** @type {Event} */ event) => {
    const target = /** @type {Node} */ (event.target);
    if (!box.contains(target) && !button.contains(target)) close();
  };
  const key = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    event.preventDefault();
    close();
    button.focus();
  };
  function close() {
    document.removeEventListener("pointerdown", outside, true);
    document.removeEventListener("focusin", outside, true);
    box.remove();
    button.setAttribute("aria-expanded", "false");
    shut = undefined;
  }
  box.addEventListener("keydown", key);
  box.append(...build(() => {
    close();
    button.focus();
  }).filter((child) => child !== null && child !== undefined && child !== false));
  room.append(box);
  place(box, button, room);
  button.setAttribute("aria-expanded", "true");
  shut = close;
  document.addEventListener("pointerdown", outside, true);
  const first = /** @type {HTMLElement | null} */ (box.querySelector("input:checked, input, select, textarea, button"));
  first?.focus();
  document.addEventListener("focusin", outside, true);
}

/**
 * Under the button, but inside the room.
 * @param {HTMLElement} box
 * @param {HTMLElement} button
 * @param {HTMLElement} room
 */
function place(box, button, room) {
  const [around, at] = [room.getBoundingClientRect(), button.getBoundingClientRect()];
  const left = Math.max(0, Math.min(at.left - around.left, around.width - box.offsetWidth));
  box.style.left = `${left}px`;
  box.style.top = `${at.bottom - around.top + 6}px`;
}
