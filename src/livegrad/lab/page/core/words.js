// The words of the page in the language it speaks now. A sentence is { en, ko }, perhaps with {placeholders};
// in Korean a placeholder may name the particle that follows it: {name:이/가}. Knows no DOM.

/** @typedef {"en" | "ko"} Language */
/** @typedef {{ en: string, ko: string }} Text */
/** @typedef {Record<string, string | number | Text>} Values */

const FINALS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ";
/** @type {Record<string, string>} */
const SOUNDS = { 0: "ㅇ", 1: "ㄹ", 3: "ㅁ", 6: "ㄱ", 7: "ㄹ", 8: "ㄹ", l: "ㄹ", m: "ㅁ", n: "ㄴ", p: "ㅂ", b: "ㅂ", k: "ㄱ", c: "ㄱ", g: "ㅇ", t: "ㅅ" };

/**
 * The consonant that closes the last syllable when read aloud; empty if it ends in a vowel.
 * @param {string} words
 */
export function finalSound(words) {
  const last = [...words].reverse().find((letter) => /[\p{L}\p{N}]/u.test(letter)) ?? "";
  if (last >= "가" && last <= "힣") {
    const final = (last.charCodeAt(0) - "가".charCodeAt(0)) % 28;
    return final ? (FINALS[final] ?? "") : "";
  }
  return SOUNDS[last.toLowerCase()] ?? "";
}

/**
 * @param {string} words
 * @param {string} pair such as 이/가
 */
export function withParticle(words, pair) {
  const [closed = "", opened = ""] = pair.split("/");
  const sound = finalSound(words);
  return words + (sound && !(sound === "ㄹ" && closed === "으로") ? closed : opened);
}

/**
 * One sentence in one language, its placeholders filled.
 * @param {Text} text
 * @param {Language} language
 * @param {Values} [values]
 */
export function spoken(text, language, values = {}) {
  return text[language].replace(/\{(\w+)(?::([^}]*))?\}/g, (whole, /** @type {string} */ name, /** @type {string | undefined} */ pair) => {
    const value = values[name];
    if (value === undefined) return whole;
    const words = typeof value === "object" ? value[language] : String(value);
    return pair && pair.includes("/") ? withParticle(words, pair) : words;
  });
}

/**
 * Words that both languages write alike: a name, a number, a line of code.
 * @param {string | number} words
 * @returns {Text}
 */
export const same = (words) => ({ en: String(words), ko: String(words) });
