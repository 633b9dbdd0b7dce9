// What every staff page does beyond plain forms and links: nothing here is needed to get work done.

const guard = document.querySelector('meta[name="csrf"]')?.content;

// Requests that htmx sends carry the same guard as forms do.
document.addEventListener("htmx:config:request", ({ detail }) => {
  if (guard) detail.ctx.request.headers["X-CSRF-Token"] = guard;
});

// On a phone the rail is a bar that scrolls: the present room is brought into view.
const room = document.querySelector(".rail nav [aria-current]");
room?.closest("nav").scrollBy(room.getBoundingClientRect().right - innerWidth / 2, 0);

// What destroys asks first: `data-confirm` on a form or a button says what will be lost.
document.addEventListener("submit", (event) => {
  const asks = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (asks && !window.confirm(asks)) event.preventDefault();
});

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method === "get") return;
  if (event.target.dataset.sent) return void event.preventDefault();
  event.target.dataset.sent = "1";
  addEventListener("pageshow", () => delete event.target.dataset.sent, { once: true });
});

// A choice that need not be confirmed sends its form: `data-send`.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-send]")) event.target.form.requestSubmit();
});

// In tables the arrow keys (or j, k) go from row to row; Enter follows the row's link. `data-key` names a key of its own.
document.addEventListener("keydown", (event) => {
  if (event.target.matches("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") return void focus(event, document.querySelector('input[type="search"]'));
  const keyed = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (keyed) return void keyed.click();
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  const table = document.querySelector("table[data-keys]");
  if (!step || !table) return;
  const links = [...table.querySelectorAll("tbody td.key a")];
  const at = links.indexOf(document.activeElement?.closest("tr")?.querySelector("td.key a"));
  if (at < 0 && document.activeElement !== document.body && !table.contains(document.activeElement)) return;
  focus(event, links[at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step]);
});

function focus(event, element) {
  if (!element) return;
  event.preventDefault();
  element.focus();
  element.scrollIntoView({ block: "nearest" });
}

// Files can be dropped on a drop zone; it says which one was taken.
for (const zone of document.querySelectorAll("[data-drop]")) {
  const input = zone.querySelector('input[type="file"]');
  const chosen = zone.querySelector("[data-chosen]");
  const tell = () => { chosen.textContent = [...input.files].map((file) => file.name).join(", "); };
  for (const kind of ["dragenter", "dragover"]) {
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.add("over");
    });
  }
  for (const kind of ["dragleave", "drop"]) zone.addEventListener(kind, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  input.addEventListener("change", tell);
}
