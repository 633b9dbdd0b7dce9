// What the pages of imports do beyond forms: the bar of long work, where rows land in each datum, the keys of questions.

import { colour, library, motion, node, outline } from "./outline.js";

const SOON_MS = 700;

for (const box of document.querySelectorAll("[data-job]")) follow(box);
for (const box of document.querySelectorAll("[data-landing], [data-sides]")) start(box);

// Long work: asked for until it is over, then the page is loaded again.
async function follow(box) {
  const bar = box.querySelector("progress");
  const words = box.querySelector("[data-job-words]");
  const stages = JSON.parse(box.dataset.stages);
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, SOON_MS));
    let job;
    try {
      const answer = await fetch(box.dataset.job, { headers: { accept: "application/json" } });
      if (!answer.ok) continue;
      job = await answer.json();
    } catch {
      continue; // the line is down: asked again
    }
    if (!["waiting", "running"].includes(job.state)) return void location.reload();
    bar.max = job.total || 1;
    bar.value = job.done;
    const left = job.seconds_left === null ? "" : ` · ${box.dataset.left.replace("{}", Math.ceil(job.seconds_left))}`;
    words.textContent = `${stages[job.message] ?? job.message}${left}`;
  }
}

async function start(box) {
  const { root, lang, leaflet } = box.dataset;
  box.hidden = false;
  try {
    await library(leaflet);
    const map = window.L.map("pin-map", { attributionControl: false, minZoom: 7, maxZoom: 18, ...motion() });
    window.L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
    const city = window.L.geoJSON(await outline(map, root, lang)).getBounds().pad(0.05);
    if ("landing" in box.dataset) landing(box, map, city);
    else sides(box, map);
  } catch {
    box.querySelector("[data-landing-note]").textContent = box.dataset.failed;
  }
}

// Where the rows lie if their numbers are in the chosen datum; the others stay as a shadow.
function landing(box, map, city) {
  const L = window.L;
  const points = JSON.parse(box.dataset.points);
  const group = L.layerGroup().addTo(map);
  const canvas = L.canvas({ padding: 0.3 });
  const all = Object.values(points).flat().map(([lon, lat]) => [lat, lon]);
  const draw = () => {
    group.clearLayers();
    const chosen = document.querySelector("[data-datum]:checked")?.value;
    for (const [datum, spots] of Object.entries(points)) {
      if (datum === chosen) continue;
      for (const [lon, lat] of spots) L.circleMarker([lat, lon], { renderer: canvas, radius: 3, weight: 0, fillColor: colour("--muted"), fillOpacity: 0.5, interactive: false }).addTo(group);
    }
    for (const [lon, lat] of points[chosen] ?? []) L.circleMarker([lat, lon], { renderer: canvas, radius: 5, weight: 1.5, color: colour("--card"), fillColor: colour("--accent"), fillOpacity: 0.9, interactive: false }).addTo(group);
  };
  const inside = all.filter((spot) => city.contains(spot)); // strays do not choose the view
  if (inside.length) map.fitBounds(L.latLngBounds(inside).pad(0.2), { maxZoom: 14 });
  for (const radio of document.querySelectorAll("[data-datum]")) radio.addEventListener("change", draw);
  draw();
}

// The row and the venues that it may be, on one map.
function sides(box, map) {
  const L = window.L;
  const row = JSON.parse(box.dataset.row);
  const candidates = JSON.parse(box.dataset.candidates);
  const spots = candidates.map(([number, lon, lat]) => {
    const icon = L.divIcon({ className: "guess-mark", html: node("span", {}, String(number)), iconSize: [26, 26] });
    L.marker([lat, lon], { icon, keyboard: false, interactive: false }).addTo(map);
    return [lat, lon];
  });
  if (row) {
    const icon = L.divIcon({ className: "row-mark", html: node("span"), iconSize: [18, 18] });
    L.marker([row[1], row[0]], { icon, keyboard: false, interactive: false, zIndexOffset: 500 }).addTo(map);
    spots.push([row[1], row[0]]);
  }
  if (spots.length) map.fitBounds(L.latLngBounds(spots).pad(0.3), { maxZoom: 16 });
}

// One key per choice.
document.addEventListener("keydown", (event) => {
  if (event.target.matches("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  document.querySelector(`[data-question] [data-key="${CSS.escape(event.key)}"]`)?.click();
});
