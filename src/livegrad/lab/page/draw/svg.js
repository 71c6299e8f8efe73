// The other paper of a pen: SVG text that any program opens, in the colours that the page has now.

import { colour } from "../core/colours.js";

/** @typedef {import("./pen.js").Stroke} Stroke */
/** @typedef {import("./pen.js").Writing} Writing */
/** @typedef {import("./pen.js").Pen} Pen */

/** @param {number} x */
const short = (x) => String(Math.round(x * 100) / 100);

/** @param {string} words */
const escaped = (words) => words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

/** @implements {Pen} */
export class SvgPen {
  /**
   * @param {number} width
   * @param {number} height
   */
  constructor(width, height) {
    this.width = width;
    this.height = height;
    /** @type {string[]} */
    this.parts = [];
    this.clips = 0;
  }

  /** @param {Stroke} how */
  #stroke(how) {
    const dash = how.dash?.length ? ` stroke-dasharray="${how.dash.join(" ")}"` : "";
    return `fill="none" stroke="${colour(how.ink)}" stroke-width="${how.width ?? 1}" stroke-opacity="${how.alpha ?? 1}" stroke-linejoin="round"${dash}`;
  }

  /** @param {Stroke} how */
  #fill(how) {
    return `fill="${colour(how.ink)}" fill-opacity="${how.alpha ?? 1}"`;
  }

  /**
   * @param {string} path
   * @param {string} how
   */
  #path(path, how) {
    if (path) this.parts.push(`<path d="${path}" ${how}/>`);
  }

  /**
   * @param {ArrayLike<number>} points
   * @param {Stroke} stroke
   */
  line(points, stroke) {
    let path = "";
    let down = false;
    for (let k = 0; k + 1 < points.length; k += 2) {
      const [x = NaN, y = NaN] = [points[k], points[k + 1]];
      if (!Number.isFinite(x + y)) down = false;
      else {
        path += `${down ? "L" : "M"}${short(x)} ${short(y)}`;
        down = true;
      }
    }
    this.#path(path, this.#stroke(stroke));
  }

  /**
   * @param {ArrayLike<number>} ends
   * @param {Stroke} stroke
   */
  segments(ends, stroke) {
    let path = "";
    for (let k = 0; k + 3 < ends.length; k += 4) path += `M${short(ends[k] ?? 0)} ${short(ends[k + 1] ?? 0)}L${short(ends[k + 2] ?? 0)} ${short(ends[k + 3] ?? 0)}`;
    this.#path(path, this.#stroke(stroke));
  }

  /**
   * @param {ArrayLike<number>} points
   * @param {Stroke} fill
   */
  area(points, fill) {
    let path = "";
    for (let k = 0; k + 1 < points.length; k += 2) path += `${k ? "L" : "M"}${short(points[k] ?? 0)} ${short(points[k + 1] ?? 0)}`;
    this.#path(path && `${path}Z`, this.#fill(fill));
  }

  /** @param {ArrayLike<number>} boxes */
  #rectangles(boxes) {
    let path = "";
    for (let k = 0; k + 3 < boxes.length; k += 4) path += `M${short(boxes[k] ?? 0)} ${short(boxes[k + 1] ?? 0)}h${short(boxes[k + 2] ?? 0)}v${short(boxes[k + 3] ?? 0)}h${short(-(boxes[k + 2] ?? 0))}z`;
    return path;
  }

  /**
   * @param {ArrayLike<number>} boxes
   * @param {Stroke} fill
   */
  boxes(boxes, fill) {
    this.#path(this.#rectangles(boxes), this.#fill(fill));
  }

  /**
   * @param {ArrayLike<number>} boxes
   * @param {Stroke} stroke
   */
  frames(boxes, stroke) {
    this.#path(this.#rectangles(boxes), this.#stroke(stroke));
  }

  /**
   * @param {ArrayLike<number>} centres
   * @param {number} radius
   * @param {Stroke} fill
   */
  dots(centres, radius, fill) {
    let path = "";
    for (let k = 0; k + 1 < centres.length; k += 2) path += `M${short((centres[k] ?? 0) - radius)} ${short(centres[k + 1] ?? 0)}a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0z`;
    this.#path(path, this.#fill(fill));
  }

  /**
   * @param {ArrayLike<number>} centres
   * @param {number} radius
   * @param {Stroke} fill
   */
  triangles(centres, radius, fill) {
    let path = "";
    for (let k = 0; k + 1 < centres.length; k += 2) path += `M${short(centres[k] ?? 0)} ${short((centres[k + 1] ?? 0) - radius)}l${radius} ${1.75 * radius}h${-2 * radius}z`;
    this.#path(path, this.#fill(fill));
  }

  /**
   * @param {string} words
   * @param {number} x
   * @param {number} y
   * @param {Writing} how
   */
  write(words, x, y, how) {
    const anchor = { left: "start", center: "middle", right: "end" }[how.align ?? "left"];
    const base = { top: "hanging", middle: "central", bottom: "text-after-edge" }[how.base ?? "middle"];
    const halo = how.halo ? ` stroke="${colour(how.halo)}" stroke-width="3" paint-order="stroke" stroke-linejoin="round"` : "";
    const turned = how.turned ? ` transform="rotate(${short((how.turned * 180) / Math.PI)} ${short(x)} ${short(y)})"` : "";
    const face = `font-size="${how.size ?? 12}"${how.bold ? ' font-weight="600"' : ""}${how.italic ? ' font-style="italic"' : ""}`;
    this.parts.push(`<text x="${short(x)}" y="${short(y)}" fill="${colour(how.ink)}" text-anchor="${anchor}" dominant-baseline="${base}" ${face}${halo}${turned}>${escaped(words)}</text>`);
  }

  /**
   * @param {string} words
   * @param {number} [size]
   */
  measure(words, size = 12) {
    return [...words].reduce((sum, letter) => sum + (letter > "ᄀ" ? 1 : 0.56) * size, 0);
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} width
   * @param {number} height
   * @param {ImageData} pixels
   */
  picture(x, y, width, height, pixels) {
    const paper = document.createElement("canvas");
    paper.width = pixels.width;
    paper.height = pixels.height;
    paper.getContext("2d")?.putImageData(pixels, 0, 0);
    this.parts.push(`<image x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" preserveAspectRatio="none" href="${paper.toDataURL("image/png")}"/>`);
  }

  /**
   * @param {[number, number, number, number]} box
   * @param {() => void} draw
   */
  within(box, draw) {
    const id = `c${++this.clips}`;
    this.parts.push(`<clipPath id="${id}"><rect x="${box[0]}" y="${box[1]}" width="${box[2]}" height="${box[3]}"/></clipPath><g clip-path="url(#${id})">`);
    draw();
    this.parts.push("</g>");
  }

  /**
   * The whole drawing; `set` is the setup in words, printed under it.
   * @param {string} title
   * @param {string} set
   */
  text(title, set) {
    const under = set ? `<text x="8" y="${this.height + 14}" fill="${colour("ink-2")}" font-size="11">${escaped(set)}</text>` : "";
    const height = this.height + (set ? 22 : 0);
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${this.width}" height="${height}" viewBox="0 0 ${this.width} ${height}" font-family="sans-serif"><title>${escaped(title)}</title><rect width="100%" height="100%" fill="${colour("panel")}"/>${this.parts.join("")}${under}</svg>`;
  }
}
