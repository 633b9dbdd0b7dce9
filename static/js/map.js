// The map as a sheet beside (desktop) or above (phone) the list. Leaflet is fetched when it is first opened.
// Names reach the page as text nodes only.

const MOST = 500;
const CELL = 56;
const STATUSES = ["yes", "limited", "no", "unknown"];
const SVG = "http://www.w3.org/2000/svg";

const sheet = document.getElementById("map-sheet");
const { root, lang, leaflet, sprite } = sheet.dataset;
const words = JSON.parse(sheet.dataset.words);
const note = sheet.querySelector("[data-map-note]");
let map = null;
let venues = null;
let asking = null;

function node(name, attributes = {}, ...children) {
  const made = name.startsWith("svg:")
    ? document.createElementNS(SVG, name.slice(4))
    : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function library() {
  const style = node("link", { rel: "stylesheet", href: `${leaflet}leaflet.css` });
  const script = node("script", { src: `${leaflet}leaflet.js` });
  const loaded = (element) => new Promise((resolve, reject) => {
    element.addEventListener("load", resolve);
    element.addEventListener("error", reject);
    document.head.append(element);
  });
  return Promise.all([loaded(style), loaded(script)]);
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

async function draw() {
  await library();
  const L = window.L;
  map = L.map("map", { attributionControl: false, zoomSnap: 0.25, zoomDelta: 0.75, minZoom: 7, maxZoom: 18 });
  L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
  const answer = await fetch(`${root}/api/v1/regions`, { headers: { accept: "application/geo+json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  outline(L, await answer.json());
  venues = L.layerGroup().addTo(map);
  map.on("moveend", load);
  await load();
}

function outline(L, regions) {
  const drawn = { ...regions, features: regions.features.filter((f) => f.geometry) };
  const county = (f) => f.properties.level !== "city";
  map.createPane("labels").style.zIndex = 450;
  const counties = L.geoJSON(drawn, {
    filter: county, interactive: false,
    style: { color: colour("--edge"), weight: 1, fillColor: colour("--land"), fillOpacity: 1 },
    onEachFeature: (feature, layer) => layer.bindTooltip(countyLabel(feature), {
      permanent: true, direction: "center", className: "county", pane: "labels",
    }),
  }).addTo(map);
  L.geoJSON(drawn, {
    filter: (f) => !county(f), interactive: false,
    style: { color: colour("--muted"), weight: 2, fill: false },
  }).addTo(map);
  map.fitBounds(counties.getBounds(), { padding: [12, 12] });
}

function countyLabel({ properties: p }) {
  const box = node("span");
  const other = lang === "zh" ? p.name_en : p.name_zh;
  box.append(lang === "zh" ? p.name_zh : p.name_en, node("br"), other);
  return box;
}

function results() {
  return document.querySelector("[data-results]").dataset;
}

function question() {
  const asked = new URLSearchParams(results().venues);
  const b = map.getBounds().pad(0.05);
  const edges = [Math.max(-180, b.getWest()), b.getSouth(), Math.min(180, b.getEast()), b.getNorth()];
  asked.set("bbox", edges.map((x) => x.toFixed(5)).join());
  asked.set("limit", MOST);
  asked.set("lang", lang);
  return asked;
}

async function load() {
  asking?.abort();
  if (results().venues === "none") return mark({ features: [], numberMatched: 0 });
  asking = new AbortController();
  try {
    const answer = await fetch(`${root}/api/v1/venues?${question()}`, { signal: asking.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    mark(await answer.json());
  } catch (error) {
    if (error.name !== "AbortError") note.textContent = words.failed;
  }
}

function mark(found) {
  const shown = found.features.filter((f) => f.geometry);
  venues.clearLayers();
  for (const group of grouped(shown)) {
    if (group.length > 1) venues.addLayer(ring(group));
    else for (const layer of [about(group[0]), pin(group[0])]) if (layer) venues.addLayer(layer);
  }
  note.textContent = said(shown.length, found.numberMatched);
}

function said(shown, matched) {
  if (shown === 0) return words.none;
  if (shown >= MOST) return words.part.replace("%(shown)s", shown).replace("%(matched)s", matched);
  return words.all.replace("%(shown)s", shown);
}

function grouped(features) {
  const cells = new Map();
  const size = map.getZoom() >= 17 ? 8 : CELL;
  for (const feature of features) {
    const [lon, lat] = feature.geometry.coordinates;
    const at = map.project([lat, lon]);
    const key = `${Math.floor(at.x / size)}:${Math.floor(at.y / size)}`;
    cells.set(key, [...(cells.get(key) ?? []), feature]);
  }
  return [...cells.values()];
}

function status({ properties: p }) {
  const key = results().capability || words.main[p.category];
  return p.capabilities[key]?.status ?? "unknown";
}

function pin(feature) {
  const [lon, lat] = feature.geometry.coordinates;
  const kind = status(feature);
  const shape = node("svg:svg", { class: `status ${kind}` }, node("svg:use", { href: `${sprite}#${kind}` }));
  const name = feature.properties.name;
  const icon = window.L.divIcon({ html: shape, className: "pin", iconSize: [44, 44] });
  const marker = window.L.marker([lat, lon], { icon, alt: `${name}, ${words.status[kind]}`, title: name });
  return marker.bindPopup(() => popup(feature, kind));
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
  const box = node("div", {}, node("b", {}, p.name));
  if (p.name !== p.name_zh) box.append(node("span", { lang: "zh-CN" }, p.name_zh));
  box.append(node("p", { class: `word ${kind}` }, words.status[kind]));
  if (p.location_quality === "approximate") box.append(node("p", {}, words.approximate));
  box.append(node("a", { class: "open", href: `${root}/v/${id ?? p.id}${query}` }, words.open));
  return box;
}

function ring(group) {
  const at = [0, 1].map((axis) => group.reduce((sum, f) => sum + f.geometry.coordinates[axis], 0) / group.length);
  const icon = window.L.divIcon({ html: chart(group), className: "ring", iconSize: [44, 44] });
  const alt = words.group.replace("%(count)s", group.length);
  const marker = window.L.marker([at[1], at[0]], { icon, alt, title: alt });
  return marker.on("click", () => {
    const bounds = window.L.latLngBounds(group.map((f) => [...f.geometry.coordinates].reverse()));
    map.fitBounds(bounds, { padding: [48, 48], maxZoom: Math.max(17, map.getZoom() + 2) });
  });
}

function chart(group) {
  const svg = node("svg:svg", { width: 44, height: 44, viewBox: "0 0 44 44", "aria-hidden": "true" },
    node("svg:circle", { class: "core", cx: 22, cy: 22, r: 20 }));
  let from = 0;
  for (const kind of STATUSES) {
    const count = group.filter((f) => status(f) === kind).length;
    if (!count) continue;
    const share = count / group.length;
    svg.append(node("svg:circle", {
      class: `arc ${kind}`, cx: 22, cy: 22, r: 17, pathLength: 100, transform: "rotate(-90 22 22)",
      "stroke-dasharray": `${share * 100} 100`, "stroke-dashoffset": -from * 100,
    }));
    from += share;
  }
  svg.append(node("svg:text", { x: 22, y: 22 }, String(group.length)));
  return svg;
}

async function open(button) {
  sheet.hidden = false;
  sheet.parentElement.classList.add("with-map");
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
  sheet.parentElement.classList.remove("with-map");
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
