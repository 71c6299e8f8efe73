// A pen on a canvas.

import { colour } from "../core/colours.js";

/** @typedef {import("./pen.js").Pen} Pen */
/** @typedef {import("./pen.js").Stroke} Stroke */
/** @typedef {import("./pen.js").Writing} Writing */

const FONT = '-apple-system, BlinkMacSystemFont, "Segoe UI", "Apple SD Gothic Neo", "Noto Sans KR", "Noto Sans CJK KR", "Malgun Gothic", sans-serif';

/** @param {Writing} how */
const font = (how) => `${how.italic ? "italic " : ""}${how.bold ? "600 " : ""}${how.size ?? 12}px ${FONT}`;

/** @implements {Pen} */
export class CanvasPen {
  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} width
   * @param {number} height
   */
  constructor(context, width, height) {
    this.context = context;
    this.width = width;
    this.height = height;
  }

  /** @param {Stroke} how */
  #stroked(how) {
    const c = this.context;
    c.strokeStyle = colour(how.ink);
    c.lineWidth = how.width ?? 1;
    c.setLineDash(how.dash ?? []);
    c.globalAlpha = how.alpha ?? 1;
    c.lineJoin = "round";
    c.stroke();
    c.globalAlpha = 1;
  }

  /** @param {Stroke} how */
  #filled(how) {
    const c = this.context;
    c.fillStyle = colour(how.ink);
    c.globalAlpha = how.alpha ?? 1;
    c.fill();
    c.globalAlpha = 1;
  }

  /**
   * @param {ArrayLike<number>} points
   * @param {Stroke} stroke
   */
  line(points, stroke) {
    const c = this.context;
    c.beginPath();
    let down = false;
    for (let k = 0; k + 1 < points.length; k += 2) {
      const x = /** @type {number} */ (points[k]);
      const y = /** @type {number} */ (points[k + 1]);
      if (!Number.isFinite(x + y)) down = false;
      else if (down) c.lineTo(x, y);
      else {
        c.moveTo(x, y);
        down = true;
      }
    }
    this.#stroked(stroke);
  }

  /**
   * @param {ArrayLike<number>} ends
   * @param {Stroke} stroke
   */
  segments(ends, stroke) {
    const c = this.context;
    c.beginPath();
    for (let k = 0; k + 3 < ends.length; k += 4) {
      c.moveTo(/** @type {number} */ (ends[k]), /** @type {number} */ (ends[k + 1]));
      c.lineTo(/** @type {number} */ (ends[k + 2]), /** @type {number} */ (ends[k + 3]));
    }
    this.#stroked(stroke);
  }

  /**
   * @param {ArrayLike<number>} points
   * @param {Stroke} fill
   */
  area(points, fill) {
    const c = this.context;
    c.beginPath();
    for (let k = 0; k + 1 < points.length; k += 2) c.lineTo(/** @type {number} */ (points[k]), /** @type {number} */ (points[k + 1]));
    c.closePath();
    this.#filled(fill);
  }

  /**
   * @param {ArrayLike<number>} boxes
   * @param {Stroke} fill
   */
  boxes(boxes, fill) {
    const c = this.context;
    c.fillStyle = colour(fill.ink);
    c.globalAlpha = fill.alpha ?? 1;
    for (let k = 0; k + 3 < boxes.length; k += 4) {
      c.fillRect(/** @type {number} */ (boxes[k]), /** @type {number} */ (boxes[k + 1]), /** @type {number} */ (boxes[k + 2]), /** @type {number} */ (boxes[k + 3]));
    }
    c.globalAlpha = 1;
  }

  /**
   * @param {ArrayLike<number>} boxes
   * @param {Stroke} stroke
   */
  frames(boxes, stroke) {
    const c = this.context;
    c.beginPath();
    for (let k = 0; k + 3 < boxes.length; k += 4) {
      c.rect(/** @type {number} */ (boxes[k]), /** @type {number} */ (boxes[k + 1]), /** @type {number} */ (boxes[k + 2]), /** @type {number} */ (boxes[k + 3]));
    }
    this.#stroked(stroke);
  }

  /**
   * @param {ArrayLike<number>} centres
   * @param {number} radius
   * @param {Stroke} fill
   */
  dots(centres, radius, fill) {
    const c = this.context;
    c.beginPath();
    for (let k = 0; k + 1 < centres.length; k += 2) {
      const x = /** @type {number} */ (centres[k]);
      const y = /** @type {number} */ (centres[k + 1]);
      c.moveTo(x + radius, y);
      c.arc(x, y, radius, 0, 7);
    }
    this.#filled(fill);
  }

  /**
   * @param {ArrayLike<number>} centres
   * @param {number} radius
   * @param {Stroke} fill
   */
  triangles(centres, radius, fill) {
    const c = this.context;
    c.beginPath();
    for (let k = 0; k + 1 < centres.length; k += 2) {
      const x = /** @type {number} */ (centres[k]);
      const y = /** @type {number} */ (centres[k + 1]);
      c.moveTo(x, y - radius);
      c.lineTo(x + radius, y + 0.75 * radius);
      c.lineTo(x - radius, y + 0.75 * radius);
      c.closePath();
    }
    this.#filled(fill);
  }

  /**
   * @param {string} words
   * @param {number} x
   * @param {number} y
   * @param {Writing} how
   */
  write(words, x, y, how) {
    const c = this.context;
    c.save();
    c.font = font(how);
    c.textAlign = how.align ?? "left";
    c.textBaseline = how.base ?? "middle";
    c.translate(x, y);
    if (how.turned) c.rotate(how.turned);
    if (how.halo) {
      c.strokeStyle = colour(how.halo);
      c.lineWidth = 3;
      c.lineJoin = "round";
      c.strokeText(words, 0, 0);
    }
    c.fillStyle = colour(how.ink);
    c.fillText(words, 0, 0);
    c.restore();
  }

  /**
   * @param {string} words
   * @param {number} [size]
   */
  measure(words, size = 12) {
    this.context.font = font({ ink: "", size });
    return this.context.measureText(words).width;
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} width
   * @param {number} height
   * @param {ImageData} pixels
   */
  picture(x, y, width, height, pixels) {
    const paper = new OffscreenCanvas(pixels.width, pixels.height);
    paper.getContext("2d")?.putImageData(pixels, 0, 0);
    this.context.imageSmoothingEnabled = true;
    this.context.drawImage(paper, x, y, width, height);
  }

  /**
   * @param {[number, number, number, number]} box
   * @param {() => void} draw
   */
  within(box, draw) {
    this.context.save();
    this.context.beginPath();
    this.context.rect(...box);
    this.context.clip();
    draw();
    this.context.restore();
  }
}
