// The list without page loads. Every control is a link or a form that works without this file: the server
// draws the same page either way, and here only its results are put in place.

const section = document.querySelector("[data-places]");
const form = section.querySelector("form.search");
const results = () => section.querySelector("[data-results]");
let running = null;

async function show(url, { push = true, focus = [] } = {}) {
  running?.abort();
  running = new AbortController();
  results().setAttribute("aria-busy", "true");
  let text;
  try {
    const answer = await fetch(url, { signal: running.signal, headers: { accept: "text/html" } });
    if (!answer.ok) throw new Error(String(answer.status));
    text = await answer.text();
  } catch (error) {
    if (error.name !== "AbortError") location.assign(url);
    return;
  }
  put(new DOMParser().parseFromString(text, "text/html"), url, push);
  focus.map((wanted) => section.querySelector(wanted)).find(Boolean)?.focus();
}

function put(page, url, push) {
  const opened = results().querySelector("details")?.open;
  const fresh = page.querySelector("[data-results]");
  results().replaceWith(document.adoptNode(fresh));
  if (opened) results().querySelector("details").open = true;
  for (const field of form.querySelectorAll("input[type=hidden]")) field.remove();
  for (const field of page.querySelectorAll("form.search input[type=hidden]")) {
    form.prepend(document.adoptNode(field));
  }
  section.querySelector("[data-said]").textContent = fresh.querySelector("[data-count]").textContent;
  if (push) history.pushState(null, "", url);
  document.dispatchEvent(new CustomEvent("places:shown"));
}

function searchUrl() {
  const query = new URLSearchParams(new FormData(form));
  if (!query.get("q")) query.delete("q");
  return `${form.action.split("#")[0]}?${query}`;
}

let typing = null;
form.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => show(searchUrl()), 300);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(typing);
  show(searchUrl());
});
section.addEventListener("click", (event) => {
  const link = event.target.closest(".pill, [data-more]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const same = link.matches("[data-more]") ? `${link.hash} a` : `[data-pill="${link.dataset.pill}"]`;
  show(link.href.split("#")[0], { focus: [same, ".remove", ".pill"] });
  if (link.matches(".remove")) form.q.value = new URL(link.href).searchParams.get("q") ?? "";
});
addEventListener("popstate", () => {
  form.q.value = new URLSearchParams(location.search).get("q") ?? "";
  show(location.href, { push: false });
});
