
// The search over the catalogue: it hides what does not match, and says how many are left.
{
  const field = document.getElementById("search");
  const cards = [...document.querySelectorAll("article[data-names]")];
  const left = document.getElementById("left");

  const look = () => {
    const words = field.value.toLowerCase().split(/[\s_-]+/).filter(Boolean);
    let count = 0;
    for (const card of cards) {
      card.hidden = !words.every((word) => card.dataset.names.includes(word));
      count += card.hidden ? 0 : 1;
    }
    for (const link of document.querySelectorAll(".index a")) {
      link.hidden = document.getElementById(link.hash.slice(1))?.hidden ?? false;
    }
    for (const part of document.querySelectorAll("section, .index > div")) {
      part.hidden = !part.querySelector("article:not([hidden]), a:not([hidden])");
    }
    left.textContent = `${count} / ${cards.length}`;
  };

  if (field) {
    field.value = new URLSearchParams(location.search).get("search") ?? ""; // catalogue.html?search=silu
    field.addEventListener("input", look);
    look();
  }
}
