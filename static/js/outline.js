// The outline under every small map: county borders from this host, named in both scripts. Leaflet is fetched when needed.
// Names reach the page as text nodes only.

const SVG = "http://www.w3.org/2000/svg";

export function node(name, attributes = {}, ...children) {
  const made = name.startsWith("svg:")
    ? document.createElementNS(SVG, name.slice(4))
    : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function library(leaflet) {
  const style = node("link", { rel: "stylesheet", href: `${leaflet}leaflet.css` });
  const script = node("script", { src: `${leaflet}leaflet.js` });
  const loaded = (element) => new Promise((resolve, reject) => {
    element.addEventListener("load", resolve);
    element.addEventListener("error", reject);
    document.head.append(element);
  });
  return Promise.all([loaded(style), loaded(script)]);
}

export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export function motion() {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  return still ? { zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false } : {};
}

// The counties of the city, drawn on a map and shown whole; their names lie in a pane of their own.
export async function outline(map, root, lang) {
  const L = window.L;
  const answer = await fetch(`${root}/api/v1/regions`, { headers: { accept: "application/geo+json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const regions = await answer.json();
  const drawn = { ...regions, features: regions.features.filter((f) => f.geometry) };
  const county = (f) => f.properties.level !== "city";
  map.createPane("labels").style.zIndex = 450;
  const counties = L.geoJSON(drawn, {
    filter: county, interactive: false,
    style: { color: colour("--edge"), weight: 1, fillColor: colour("--land"), fillOpacity: 1 },
    onEachFeature: (feature, layer) => layer.bindTooltip(countyLabel(feature, lang), {
      permanent: true, direction: "center", className: "county", pane: "labels",
    }),
  }).addTo(map);
  L.geoJSON(drawn, {
    filter: (f) => !county(f), interactive: false,
    style: { color: colour("--muted"), weight: 2, fill: false },
  }).addTo(map);
  map.fitBounds(counties.getBounds(), { padding: [12, 12] });
  return regions;
}

function countyLabel({ properties: p }, lang) {
  const english = node("span", { lang: "en" }, p.name_en);
  const chinese = node("span", { lang: "zh-CN" }, p.name_zh);
  if (p.name_en === p.name_zh) return chinese;
  return node("span", {}, ...(lang === "zh" ? [chinese, node("br"), english] : [english, node("br"), chinese]));
}
