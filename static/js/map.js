// The map as a sheet beside (desktop) or above (phone) the list. Leaflet is fetched when it is first opened.
// Names reach the page as text nodes only.

import { colour, library, motion, node, outline } from "./outline.js";

const APART = 46;
const CELL = 64;
const ACROSS = 54;
const LAST_ZOOM = 22;
const NEAR = 17;
const ASIDE = [0, -18, 18, -36, 36].flatMap((dy) => [0, -20, 20, -40, 40].map((dx) => [dx, dy]))
  .filter((step) => Math.hypot(...step) < 45).sort((a, b) => Math.hypot(...a) - Math.hypot(...b));
const STATUSES = ["yes", "limited", "no", "unknown"];

const sheet = document.getElementById("map-sheet");
const { root, lang, leaflet, sprite } = sheet.dataset;
const words = JSON.parse(sheet.dataset.words);
const note = sheet.querySelector("[data-map-note]");
let map = null;
let venues = null;
let asking = null;

async function draw() {
  await library(leaflet);
  const L = window.L;
  map = L.map("map", { attributionControl: false, zoomSnap: 0.25, zoomDelta: 0.75, minZoom: 7, maxZoom: 18, ...motion() });
  L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
  await outline(map, root, lang);
  venues = L.layerGroup().addTo(map);
  map.on("moveend", load);
  await load();
}

// County names step aside for the marks; a name without a free place near its county's middle is left out.
function settle() {
  const taken = [...map.getContainer().querySelectorAll(".leaflet-marker-icon > svg")].map(box);
  for (const label of map.getContainer().querySelectorAll(".leaflet-tooltip.county")) {
    label.style.margin = "0px";
    const at = box(label);
    const free = ASIDE.find(([dx, dy]) => taken.every((other) => apart(at, other, dx, dy)));
    label.style.visibility = free ? "visible" : "hidden";
    if (!free) continue;
    label.style.margin = `${free[1]}px 0 0 ${free[0]}px`;
    taken.push(box(label));
  }
}

function box(element) {
  return element.getBoundingClientRect();
}

function apart(a, b, dx, dy) {
  return a.right + dx < b.left || b.right < a.left + dx || a.bottom + dy < b.top || b.bottom < a.top + dy;
}

function results() {
  return document.querySelector("[data-results]").dataset;
}

// What the list is asked, put to a part of the map; its venues come gathered by cells of a zoom, all of them counted.
async function ask(bounds, zoom, signal) {
  const asked = new URLSearchParams(results().venues);
  const edges = [
    Math.max(-180, bounds.getWest()), bounds.getSouth(), Math.min(180, bounds.getEast()), bounds.getNorth(),
  ];
  asked.set("bbox", edges.map((x) => x.toFixed(6)).join());
  asked.set("zoom", zoom);
  asked.set("lang", lang);
  const answer = await fetch(`${root}/api/v1/venues/clusters?${asked}`, { signal });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

// Near by, cells are smaller than marks; never more cells than one answer may have (54 by 54, whatever the shape).
function fineness() {
  const { x, y } = map.getSize();
  const most = map.getZoom() + Math.log2(ACROSS / Math.max(1, Math.sqrt(x * y) / CELL));
  const wanted = Math.floor(map.getZoom()) + (map.getZoom() >= NEAR ? 2 : 0);
  return Math.min(LAST_ZOOM, wanted, Math.floor(most));
}

async function load() {
  asking?.abort();
  if (results().venues === "none") return mark({ features: [], numberMatched: 0 });
  asking = new AbortController();
  try {
    mark(await ask(map.getBounds(), fineness(), asking.signal));
  } catch (error) {
    if (error.name !== "AbortError") note.textContent = words.failed;
  }
}

function mark(found) {
  const held = document.activeElement?.closest("#map .leaflet-marker-icon")?.title;
  venues.clearLayers();
  for (const group of grouped(found.features)) {
    if (counted(group) > 1) venues.addLayer(ring(group));
    else for (const layer of [about(group[0]), pin(group[0])]) if (layer) venues.addLayer(layer);
  }
  note.textContent = said(found.numberMatched);
  settle();
  if (held !== undefined) hold(held);
}

// The marks are drawn anew after each move: the keyboard stays on the same one, or on the map.
function hold(title) {
  const marks = [...map.getContainer().querySelectorAll(".leaflet-marker-icon")];
  (marks.find((mark) => mark.title === title) ?? map.getContainer()).focus({ preventScroll: true });
}

function said(count) {
  const figure = lang === "en" ? count.toLocaleString("en") : String(count);
  return count === 0 ? words.none : words.all.replace("%(shown)s", figure);
}

// Neighbouring cells whose marks would lie on each other become one mark, unless the map is so near that all is shown.
function grouped(features) {
  if (map.getZoom() >= NEAR) return features.map((feature) => [feature]);
  const kept = [];
  for (const feature of features.sort((a, b) => counted([b]) - counted([a]))) {
    const at = map.project(centre([feature]));
    const near = kept.find((other) => other.at.distanceTo(at) < APART);
    if (near) near.group.push(feature);
    else kept.push({ at, group: [feature] });
  }
  return kept.map(({ group }) => group);
}

function counted(group) {
  return group.reduce((sum, { properties: p }) => sum + (p.cluster ? p.count : 1), 0);
}

function centre(group) {
  const all = counted(group);
  return [1, 0].map((axis) => group.reduce((sum, f) => sum + f.geometry.coordinates[axis] * counted([f]), 0) / all);
}

function status({ properties: p }) {
  const key = results().capability || words.main[p.category];
  return p.capabilities[key]?.status ?? "unknown";
}

function pin(feature) {
  const [lon, lat] = feature.geometry.coordinates;
  const kind = status(feature);
  const shape = node("svg:svg", { class: `status ${kind}` }, node("svg:use", { href: `${sprite}#${kind}` }));
  const { name } = feature.properties;
  const icon = window.L.divIcon({ html: shape, className: "pin", iconSize: [44, 44] });
  const marker = window.L.marker([lat, lon], { icon, alt: `${name}, ${words.status[kind]}`, title: name });
  return pressed(marker, (byKey) => tell(feature, kind, byKey));
}

// A mark is pressed by finger, mouse, Enter or space.
function pressed(marker, act) {
  marker.on("click", () => act(false));
  return marker.on("keypress", ({ originalEvent: event }) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    act(true);
  });
}

// The popup belongs to the map, not to its mark: the marks are drawn anew when the map moves to make room for it.
function tell(feature, kind, byKey) {
  const box = popup(feature, kind);
  const [lon, lat] = feature.geometry.coordinates;
  window.L.popup({ offset: [0, -6], autoPanPaddingTopLeft: [64, 56] }).setLatLng([lat, lon]).setContent(box).openOn(map);
  if (byKey) box.querySelector("a").focus();
}

function about({ geometry, properties: p }) {
  if (p.location_quality !== "approximate" || !p.location_error_m) return null;
  return window.L.circle([...geometry.coordinates].reverse(), {
    radius: p.location_error_m, interactive: false, color: colour("--unknown"), weight: 1.5, dashArray: "4 4",
    fillOpacity: 0.08,
  });
}

function popup({ id, properties: p }, kind) {
  const query = new URLSearchParams(location.search).has("lang") ? `?lang=${lang}` : "";
  const box = node("div", {}, node("b", p.name === p.name_zh ? { lang: "zh-CN" } : {}, p.name));
  if (p.name !== p.name_zh) box.append(node("span", { lang: "zh-CN" }, p.name_zh));
  const mark = node("svg:svg", { class: `status ${kind}`, "aria-hidden": "true" }, node("svg:use", { href: `${sprite}#${kind}` }));
  box.append(node("p", { class: `word told ${kind}` }, mark, `${words.of[results().capability || words.main[p.category]]}${words.colon}${words.status[kind]}`));
  if (p.location_quality === "approximate") box.append(node("p", {}, words.approximate));
  box.append(node("a", { class: "open", href: `${root}/v/${id ?? p.id}${query}` }, words.open));
  return box;
}

function ring(group) {
  const icon = window.L.divIcon({ html: chart(group), className: "ring", iconSize: [44, 44] });
  const alt = words.group.replace("%(count)s", counted(group));
  const marker = window.L.marker(centre(group), { icon, alt, title: alt });
  return pressed(marker, () => enter(group));
}

// Where in their cells a ring's places lie is asked once more, by cells a 32nd as wide.
async function enter(group) {
  try {
    const parts = await Promise.all(group.map(within));
    map.fitBounds(extent(parts.flat()), { padding: [48, 48], maxZoom: Math.max(NEAR, map.getZoom() + 2) });
  } catch {
    note.textContent = words.failed;
  }
}

async function within(feature) {
  if (!feature.properties.cluster) return [feature];
  const zoom = Number(feature.id.split("/")[0]);
  return (await ask(extent([feature]), Math.min(LAST_ZOOM, zoom + 5))).features;
}

function extent(features) {
  return window.L.latLngBounds(features.flatMap((feature) => {
    if (!feature.properties.cluster) return [[...feature.geometry.coordinates].reverse()];
    const [zoom, column, row] = feature.id.split("/").map(Number);
    return [0, 1].map((step) => map.unproject([(column + step) * CELL, (row + step) * CELL], zoom));
  }));
}

function chart(group) {
  const svg = node("svg:svg", { width: 44, height: 44, viewBox: "0 0 44 44", "aria-hidden": "true" },
    node("svg:circle", { class: "core", cx: 22, cy: 22, r: 20 }));
  const all = counted(group);
  let from = 0;
  for (const kind of results().capability ? STATUSES : []) {
    const share = group.reduce((sum, f) => sum + having(f, kind), 0) / all;
    if (!share) continue;
    svg.append(node("svg:circle", {
      class: `arc ${kind}`, cx: 22, cy: 22, r: 17, pathLength: 100, transform: "rotate(-90 22 22)",
      "stroke-dasharray": `${share * 100} 100`, "stroke-dashoffset": -from * 100,
    }));
    from += share;
  }
  svg.append(node("svg:text", { x: 22, y: 22 }, String(all)));
  return svg;
}

// How many of a feature's venues have a status of the capability that is asked about.
function having(feature, kind) {
  const { cluster, statuses } = feature.properties;
  return cluster ? statuses[kind] : Number(status(feature) === kind);
}

async function open(button) {
  sheet.hidden = false;
  sheet.parentElement.classList.remove("map-shut");
  button?.setAttribute("aria-expanded", "true");
  if (map) return void map.invalidateSize();
  try {
    await draw();
  } catch {
    note.textContent = words.failed;
  }
}

function close(button) {
  sheet.hidden = true;
  sheet.parentElement.classList.add("map-shut");
  button?.setAttribute("aria-expanded", "false");
}

const wide = matchMedia("(min-width: 960px)");

function ready() {
  const button = document.querySelector("[data-open-map]");
  if (!button) return;
  button.setAttribute("role", "button");
  button.setAttribute("aria-expanded", String(!sheet.hidden));
  button.setAttribute("aria-controls", sheet.id);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-open-map]");
  if (!button) return;
  event.preventDefault();
  if (sheet.hidden) {
    open(button).then(() => sheet.scrollIntoView({ block: "nearest" }));
  } else close(button);
});
sheet.querySelector("[data-close-map]").addEventListener("click", () => {
  const button = document.querySelector("[data-open-map]");
  close(button);
  button.focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key === " " && event.target.matches?.("[data-open-map]")) {
    event.preventDefault();
    event.target.click();
  }
});
document.addEventListener("places:shown", () => {
  ready();
  if (map && !sheet.hidden) load();
});

ready();
if (wide.matches) open(document.querySelector("[data-open-map]"));
