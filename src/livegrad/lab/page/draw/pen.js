// One way to draw, two papers: a canvas on the page, and SVG to take away. Coordinates are CSS pixels.

import { colour } from "../core/colours.js";

/**
 * @typedef {object} Stroke
 * @property {string} ink a token of the style sheet, such as "alive"
 * @property {number} [width]
 * @property {number[]} [dash]
 * @property {number} [alpha]
 *
 * @typedef {object} Writing
 * @property {string} ink
 * @property {number} [size]
 * @property {"left" | "center" | "right"} [align]
 * @property {"top" | "middle" | "bottom"} [base]
 * @property {boolean} [bold]
 * @property {boolean} [italic]
 * @property {string} [halo] a token painted around the letters
 * @property {number} [turned] radians
 *
 * @typedef {object} Pen
 * @property {number} width
 * @property {number} height
 * @property {(points: ArrayLike<number>, stroke: Stroke) => void} line x, y, x, y …; NaN lifts the pen
 * @property {(ends: ArrayLike<number>, stroke: Stroke) => void} segments x1, y1, x2, y2 …
 * @property {(points: ArrayLike<number>, fill: Stroke) => void} area a closed shape
 * @property {(boxes: ArrayLike<number>, fill: Stroke) => void} boxes x, y, width, height …, filled
 * @property {(boxes: ArrayLike<number>, stroke: Stroke) => void} frames the same, their outlines
 * @property {(centres: ArrayLike<number>, radius: number, fill: Stroke) => void} dots x, y …
 * @property {(centres: ArrayLike<number>, radius: number, fill: Stroke) => void} triangles x, y …
 * @property {(words: string, x: number, y: number, how: Writing) => void} write
 * @property {(words: string, size?: number) => number} measure width of words
 * @property {(x: number, y: number, width: number, height: number, pixels: ImageData) => void} picture smooth
 * @property {(box: [number, number, number, number], draw: () => void) => void} within clipped to a box
 */

const FONT = '-apple-system, BlinkMacSystemFont, "Segoe UI", "Apple SD Gothic Neo", "Noto Sans KR", "Noto Sans CJK KR", "Malgun Gothic", sans-serif';

/** @param {Writing} how */
const font = (how) => `${how.italic ? "italic " : ""}${how.bold ? "600 " : ""}${how.size ?? 12}px ${FONT}`;

/**
 * Make a canvas as fine as the screen, and return a pen on it. Everything drawn before is gone.
 * @param {HTMLCanvasElement} canvas
 * @returns {CanvasPen}
 */
export function penOn(canvas) {
  const ratio = Math.min(3, globalThis.devicePixelRatio || 1);
  const width = Math.max(1, canvas.clientWidth);
  const height = Math.max(1, canvas.clientHeight);
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== across || canvas.height !== down) {
    canvas.width = across;
    canvas.height = down;
  }
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return new CanvasPen(context, width, height);
}

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
