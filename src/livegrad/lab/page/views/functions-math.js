// Formulas as the lab writes them (MathML), built element by element: only what is known here is taken over.

import { make } from "../core/dom.js";

const MATHML = "http://www.w3.org/1998/Math/MathML";
const KNOWN = new Set(["math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "msup", "msub", "msubsup", "mtable", "mtr", "mtd"]);
const ATTRIBUTES = ["displaystyle", "form", "lspace", "rspace", "fence", "mathvariant", "width"];

/**
 * @param {string} markup
 * @returns {Element | null}
 */
export function formula(markup) {
  const read = new DOMParser().parseFromString(markup, "text/html").body.firstElementChild;
  return read ? /** @type {Element | null} */ (built(read)) : null;
}

/**
 * @param {Element} read
 * @returns {Node | null}
 */
function built(read) {
  const name = read.localName;
  if (!KNOWN.has(name)) return null;
  const element = document.createElementNS(MATHML, name);
  for (const attribute of ATTRIBUTES) {
    const value = read.getAttribute(attribute);
    if (value !== null) element.setAttribute(attribute, value);
  }
  if (read.classList.contains("cases")) element.setAttribute("class", "cases");
  if (name === "mtext" && read.querySelector("span[lang]")) {
    const say = (/** @type {string} */ language) => read.querySelector(`span[lang=${language}]`)?.textContent ?? "";
    element.append(make("span", { text: { en: say("en"), ko: say("ko") } }));
    return element;
  }
  for (const child of read.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) element.append(child.textContent ?? "");
    else if (child instanceof Element) element.append(built(child) ?? "");
  }
  return element;
}
