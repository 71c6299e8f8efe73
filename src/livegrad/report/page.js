// The only script of a livegrad report: language, light or dark, copying. Without it the page reads the same.
"use strict";
{
  const root = document.documentElement;
  const buttons = [...document.querySelectorAll("button[data-lang]")];

  /** @param {string | undefined} language */
  const speak = (language) => {
    if (language !== "en" && language !== "ko") return;
    root.lang = language;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.lang === language));
  };

  const dark = () => root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;

  /** @param {HTMLElement} button */
  const copy = async (button) => {
    const text = button.dataset.copy ?? "";
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = Object.assign(document.createElement("textarea"), { value: text });
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    button.dataset.done = "";
    setTimeout(() => delete button.dataset.done, 1500);
  };

  for (const hidden of document.querySelectorAll(".needs-script")) hidden.removeAttribute("hidden");
  for (const button of buttons) button.addEventListener("click", () => speak(button.dataset.lang));
  document.getElementById("theme")?.addEventListener("click", () => { root.dataset.theme = dark() ? "light" : "dark"; });
  for (const button of document.querySelectorAll("button[data-copy]")) button.addEventListener("click", () => copy(button));
  const asked = new URLSearchParams(location.search); // report.html?lang=ko&theme=dark
  const theme = asked.get("theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  speak(root.lang);
  speak(asked.get("lang") ?? undefined);
}
