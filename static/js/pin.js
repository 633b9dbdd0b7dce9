// The pin beside the fields of a position: each follows the other. The fields work without it.
// What the fields say in another datum is put into WGS-84 by the server, which also says which county it is in.

import { colour, library, motion, node, outline } from "./outline.js";

const NEAR = 16;
const NEIGHBOURS_FROM = 12;
const NEIGHBOURS = 60;
const STEP = 10;
const VAGUE = 6;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

for (const box of document.querySelectorAll("[data-pin]")) start(box);

async function start(box) {
  const { root, lang, leaflet } = box.dataset;
  const words = JSON.parse(box.dataset.words);
  const note = box.querySelector("[data-pin-note]");
  box.hidden = false;
  try {
    await library(leaflet);
    const map = window.L.map("pin-map", { attributionControl: false, minZoom: 7, maxZoom: 18, ...motion() });
    window.L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
    const regions = await outline(map, root, lang);
    new Pin({ box, map, note, root, words, counties: names(regions, lang), free: box.dataset.drag === "yes" });
  } catch {
    note.textContent = words.failed;
  }
}

function names({ features }, lang) {
  return Object.fromEntries(features.map(({ id, properties: p }) => [id, lang === "zh" ? p.name_zh : p.name_en || p.name_zh]));
}

class Pin {
  constructor(parts) {
    Object.assign(this, parts);
    const form = this.box.closest("form") ?? document;
    this.fields = Object.fromEntries(["lon", "lat", "datum", "error"].map((name) => [name, form.querySelector(`[data-pin-${name}]`)]));
    this.region = form.querySelector('[name="region"]');
    this.quality = form.querySelector('[name="location_quality"]');
    const { lon, lat } = this.box.dataset;
    if (lon) this.show(window.L.latLng(lat, lon), NEAR);
    this.offer(form);
    this.others = window.L.layerGroup().addTo(this.map);
    this.map.on("moveend", () => this.around());
    this.around();
    if (this.free) this.listen();
    if (this.free && !lon) this.typed();
  }

  listen() {
    this.map.on("click", ({ latlng }) => this.put(latlng));
    for (const name of ["lon", "lat", "datum"]) this.fields[name].addEventListener("change", () => this.typed());
    this.fields.error?.addEventListener("input", () => this.ring());
    this.region?.addEventListener?.("change", () => this.tell());
    if (!this.marker) this.note.textContent = this.words.click;
  }

  // The pin was put here by hand: the fields say so, in WGS-84.
  put(latlng) {
    const { lat, lng } = latlng;
    this.fields.lon.value = lng.toFixed(6);
    this.fields.lat.value = lat.toFixed(6);
    this.fields.datum.value = "wgs84";
    this.show(latlng);
    this.ask(lng.toFixed(6), lat.toFixed(6), "wgs84");
  }

  async typed() {
    const [lon, lat] = [this.fields.lon.value.trim(), this.fields.lat.value.trim()];
    if (!lon || !lat) return this.hide();
    const found = await this.ask(lon, lat, this.fields.datum.value || "wgs84");
    if (found) this.show(window.L.latLng(found.lat, found.lon), NEAR);
  }

  // An answer that comes after a newer question is not shown any more.
  async ask(lon, lat, datum) {
    const turn = this.turn = (this.turn ?? 0) + 1;
    const answer = await fetch(`${this.root}/console/point?${new URLSearchParams({ lon, lat, datum })}`);
    const found = answer.ok ? await answer.json() : null;
    if (turn !== this.turn) return null;
    this.county = found ? found.county : undefined;
    this.tell();
    return found;
  }

  tell() {
    if (this.county === undefined) return void (this.note.textContent = "");
    const said = !this.county ? "outside" : this.region?.value && this.region.value !== this.county ? "other" : "inside";
    this.note.textContent = this.words[said].replace("{}", this.counties[this.county] ?? "");
  }

  show(latlng, zoom) {
    if (!this.marker) this.make(latlng);
    this.marker.setLatLng(latlng);
    if (zoom) this.map.setView(latlng, Math.max(this.map.getZoom(), this.zoomOf(zoom)));
    this.ring();
  }

  // The venues round about that have a position, so that one can tell where one is.
  async around() {
    this.asking?.abort();
    if (this.map.getZoom() < NEIGHBOURS_FROM) return void this.others.clearLayers();
    this.asking = new AbortController();
    const bbox = this.map.getBounds().toBBoxString();
    try {
      const answer = await fetch(`${this.root}/api/v1/venues?${new URLSearchParams({ bbox, limit: NEIGHBOURS })}`, { signal: this.asking.signal });
      if (answer.ok) this.neighbours((await answer.json()).features);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }

  neighbours(features) {
    this.others.clearLayers();
    const taken = [];
    for (const { id, geometry, properties } of features) {
      if (id === this.box.dataset.venue) continue;
      const at = [...geometry.coordinates].reverse();
      const dot = window.L.circleMarker(at, { radius: 4, interactive: false, color: colour("--muted"), weight: 1.5, fillColor: colour("--card"), fillOpacity: 1 });
      const spot = this.map.latLngToContainerPoint(at);
      if (taken.every((other) => Math.abs(other.y - spot.y) > 16 || Math.abs(other.x - spot.x) > 130)) {
        taken.push(spot);
        dot.bindTooltip(node("span", {}, properties.name), { permanent: true, direction: "right", className: "near", pane: "labels" });
      }
      this.others.addLayer(dot);
    }
  }

  // A position that is only known about is not shown nearer than its circle.
  zoomOf(zoom) {
    const error = this.error();
    return error > 300 ? Math.max(9, Math.round(zoom - Math.log2(error / 150))) : zoom;
  }

  make(latlng) {
    const svg = node("svg:svg", { viewBox: "0 0 36 46", "aria-hidden": "true" },
      node("svg:path", { d: "M18 44S3 28 3 17a15 15 0 0 1 30 0c0 11-15 27-15 27z" }), node("svg:circle", { cx: 18, cy: 17, r: 5.5 }));
    const icon = window.L.divIcon({ html: svg, className: "drag-pin", iconSize: [36, 46], iconAnchor: [18, 45] });
    this.marker = window.L.marker(latlng, {
      icon, draggable: this.free, autoPan: true, keyboard: this.free, alt: this.words.pin, title: this.free ? this.words.pin : "", interactive: this.free,
    }).addTo(this.map);
    this.marker.on("drag", () => this.ring());
    this.marker.on("dragend", () => this.put(this.marker.getLatLng()));
    this.marker.getElement().addEventListener("keydown", (event) => this.step(event));
  }

  step(event) {
    const way = ARROWS[event.key];
    if (!way || !this.free) return;
    event.preventDefault();
    event.stopPropagation();
    const size = event.shiftKey ? 1 : STEP;
    const at = this.map.latLngToContainerPoint(this.marker.getLatLng()).add([way[0] * size, way[1] * size]);
    this.put(this.map.containerPointToLatLng(at));
  }

  hide() {
    this.marker?.remove();
    this.marker = null;
    this.ring();
    this.county = undefined;
    this.note.textContent = this.words.click;
  }

  error() {
    return Number(this.fields.error ? this.fields.error.value : this.box.dataset.error) || 0;
  }

  ring() {
    this.radius?.remove();
    const radius = this.error();
    if (!this.marker || !radius) return;
    this.radius = window.L.circle(this.marker.getLatLng(), {
      radius, interactive: false, color: colour("--accent"), weight: 1.5, dashArray: "4 4", fillOpacity: 0.07,
    }).addTo(this.map);
  }

  // Places that are offered: marked by their number on the map, taken by their button, their mark or their number key.
  offer(form) {
    const offers = [...form.querySelectorAll("[data-guess]")];
    if (!offers.length) return;
    for (const offer of offers) this.mark(offer);
    document.addEventListener("keydown", (event) => {
      if (event.target.matches("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
      const offer = offers.find(({ dataset }) => dataset.guess === event.key);
      if (offer) this.take(offer);
    });
    // What is far less certain than the best guess need not be seen whole.
    const best = Math.min(...offers.map(({ dataset: d }) => Number(d.error)));
    const shown = offers.filter(({ dataset: d }) => Number(d.error) <= VAGUE * best);
    if (!this.marker) this.map.fitBounds(shown.map(({ dataset: d }) => window.L.latLng(d.lat, d.lon).toBounds(2 * d.error)).reduce((a, b) => a.extend(b)), { maxZoom: NEAR - 1 });
  }

  mark(offer) {
    const { guess, lon, lat } = offer.dataset;
    const label = this.words.guess.replace("{}", guess);
    const icon = window.L.divIcon({ html: node("span", {}, guess), className: "guess-mark", iconSize: [26, 26] });
    window.L.marker([lat, lon], { icon, alt: label, title: label, keyboard: false }).addTo(this.map).on("click", () => this.take(offer));
    offer.addEventListener("click", (event) => {
      event.preventDefault();
      this.take(offer);
    });
  }

  take({ dataset: d }) {
    if (this.quality) this.quality.value = "approximate";
    this.fields.error.value = d.error;
    this.put(window.L.latLng(d.lat, d.lon));
    this.map.setView([d.lat, d.lon], this.zoomOf(NEAR));
  }
}
