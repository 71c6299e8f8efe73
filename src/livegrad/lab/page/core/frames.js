// Frames of the lab, decoded: see livegrad/lab/frame.py. Knows no DOM.

/**
 * @typedef {object} Numbers numbers in the order of their shape, the last axis fastest
 * @property {number[]} shape
 * @property {Float32Array | Int32Array | Uint8Array} data
 */

const KINDS = { f4: Float32Array, i4: Int32Array, u1: Uint8Array };
/** @type {Record<string, number>} */
const SPECIAL = { inf: Infinity, "-inf": -Infinity, nan: NaN };

/**
 * The value that a frame holds; its arrays are views of the frame, not copies.
 * @param {ArrayBuffer} buffer
 * @returns {any}
 */
export function decoded(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const start = 4 + length;
  /** @type {Numbers[]} */
  const arrays = head.arrays.map((/** @type {{ dtype: "f4" | "i4" | "u1", shape: number[], at: number }} */ one) => ({
    shape: one.shape,
    data: new KINDS[one.dtype](buffer, start + one.at, one.shape.reduce((a, b) => a * b, 1)),
  }));
  return restored(head.value, arrays);
}

/**
 * JSON as the lab writes it, in which infinities have a form of their own.
 * @param {any} value
 * @param {Numbers[]} arrays
 * @returns {any}
 */
export function restored(value, arrays) {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item) => restored(item, arrays));
  if ("$" in value) return arrays[value.$];
  if ("#" in value) return SPECIAL[value["#"]];
  for (const key of Object.keys(value)) value[key] = restored(value[key], arrays);
  return value;
}

/**
 * Row `index` of the first axis, as a view.
 * @param {Numbers} numbers
 * @param {number} index
 * @returns {Numbers}
 */
export function row(numbers, index) {
  const shape = numbers.shape.slice(1);
  const size = shape.reduce((a, b) => a * b, 1);
  return { shape, data: numbers.data.subarray(index * size, (index + 1) * size) };
}
