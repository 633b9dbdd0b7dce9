// Keys of the queue: j and k walk, a accepts, r goes to the reason, i opens the errand. Without this, everything is a form.

const cards = [...document.querySelectorAll("[data-questions] > li")];
const here = () => cards.findIndex((card) => card.contains(document.activeElement));

function walk(step) {
  const next = Math.min(cards.length - 1, Math.max(0, here() + step));
  cards[next]?.focus();
  cards[next]?.scrollIntoView({ block: "start" });
}

function act(key) {
  const part = cards[Math.max(0, here())]?.querySelector(`[data-act="${key}"]`);
  if (!part) return;
  if (part instanceof HTMLDetailsElement) {
    part.open = true;
    part.querySelector("input[required]:not([type=date])")?.focus();
  } else if (part instanceof HTMLButtonElement) part.click();
  else part.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target instanceof HTMLElement && event.target.matches("input, select, textarea")) {
    if (event.key === "Escape") event.target.closest("li")?.focus();
    return;
  }
  if (event.key === "j") walk(1);
  else if (event.key === "k") walk(-1);
  else if (["a", "r", "i"].includes(event.key) && here() >= 0) act(event.key);
  else return;
  event.preventDefault();
});
