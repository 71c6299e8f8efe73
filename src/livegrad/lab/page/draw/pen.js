// One way to draw, two papers: a canvas on the page, and SVG to take away. Coordinates are CSS pixels.

import { CanvasPen } from "./canvas.js";

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
