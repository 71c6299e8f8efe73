// The lab within another page: the code that shows it there, and the line at its foot.

import { ICONS, icon, make } from "./dom.js";

/** @typedef {import("./lab.js").Lab} Lab */

/** Characters of an address; longer ones are cut by some programs. */
export const LONG = 2000;

/** @param {string} text */
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

/**
 * The address of a state, without the token.
 * @param {{ origin: string, hash: string, language?: string | null, theme?: string | null, embed?: boolean, token?: string }} what
 */
export function link({ origin, hash, language = null, theme = null, embed = false, token = "" }) {
  const query = [embed && "embed=1", language && `lang=${language}`, theme && `theme=${theme}`, token && `token=${token}`].filter(Boolean).join("&");
  return `${origin}/${query ? `?${query}` : ""}${hash}`;
}

/**
 * What stands in the other page.
 * @param {string} address
 * @param {string} title
 */
export const frameCode = (address, title) => `<iframe src="${escaped(address)}" title="${escaped(title)}" width="100%" height="640" style="border: 0" loading="lazy" allow="clipboard-write"></iframe>`;

/**
 * In a frame the bar is away: language, sharing and the way to the whole lab stand at the foot.
 * @param {Lab} lab
 */
export function foot(lab) {
  if (document.getElementById("foot")) return;
  const bar = /** @type {HTMLElement} */ (document.getElementById("bar"));
  const word = lab.word;
  const languages = [...bar.querySelectorAll("[data-lang]")].map((one) => {
    const button = /** @type {HTMLElement} */ (one.cloneNode(true));
    button.addEventListener("click", () => /** @type {HTMLElement} */ (one).click());
    return button;
  });
  const share = make("button", { class: "quiet", set: { "data-control": "shell.share" }, on: { click: () => /** @type {HTMLElement | null} */ (bar.querySelector(".share"))?.click() } }, icon(ICONS.share), make("span", { text: word("shell.share") }));
  const whole = make("a", { class: "whole", text: word("sharing.whole"), set: { target: "_blank", rel: "noopener" } });
  const query = new URLSearchParams(location.search);
  query.delete("embed");
  const aim = () => whole.setAttribute("href", `/?${query}${location.hash}`);
  aim();
  for (const kind of ["pointerdown", "focus"]) whole.addEventListener(kind, aim); // the address changes without a word
  document.body.append(make("footer", { class: "foot", set: { id: "foot" } }, whole, share,
    make("span", { class: "group", label: word("shell.language"), set: { role: "group" } }, ...languages)));
}
