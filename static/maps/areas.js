// The areas of a map: land and borders, shares by county, distances, gaps, labels that make room for each other.
(() => {
  "use strict";
  const { data, node, named, rings, pane } = window.paymap;
  const PHONE = window.matchMedia("(max-width: 640px)");

  function areas(map, name, level) {
    const where = pane(map, name, level);
    const renderer = L.svg({ pane: where, padding: 0.4 });
    return (shape, style) => L.polygon(rings(shape), { renderer, pane: where, interactive: false, ...style });
  }

  // A basemap of our own host, under everything; without one the layer is empty.
  paymap.tileFile = () => {
    if (!data.tile_file) return L.layerGroup();
    const { url, max_zoom: maxDataZoom } = data.tile_file;
    return protomapsL.leafletLayer({ url, maxDataZoom, flavor: "white", lang: data.lang, attribution: "" });
  };

  paymap.outline = (map) => {
    const land = areas(map, "pm-land", 210);
    const borders = areas(map, "pm-borders", 410);
    const group = L.layerGroup();
    for (const county of data.counties) {
      if (!data.tiles) {
        group.addLayer(land(county.shape, {
          stroke: false, fillOpacity: 1, className: county.outside ? "pm-neighbour" : "pm-land",
        }));
      }
      group.addLayer(borders(county.shape, { fill: false, weight: 1, className: "pm-border" }));
    }
    group.addLayer(borders(data.city, { fill: false, weight: 2, className: "pm-city" }));
    return group;
  };

  function hatching(area, county) {
    const bare = county.shade === undefined;
    return area(county.shape, {
      stroke: false, fillOpacity: bare ? 0.75 : 0.45, fillColor: `url(#${bare ? "pm-unknown" : "pm-half-known"})`,
    });
  }

  paymap.shares = (map) => {
    const area = areas(map, "pm-fill", 310);
    const group = L.layerGroup();
    for (const county of data.counties) {
      if (county.shade !== undefined) {
        group.addLayer(area(county.shape, {
          stroke: false, fillOpacity: data.tiles ? 0.7 : 1, fillColor: data.legend.ramp[county.shade],
        }));
      }
      if (county.hatched && !county.outside) group.addLayer(hatching(area, county));
    }
    return group;
  };

  paymap.surface = (map) => {
    const area = areas(map, "pm-fill", 310);
    const group = L.layerGroup();
    for (const part of data.surface) {
      const colour = data.legend.ramp[part.shade];
      group.addLayer(area(part.shape, {
        weight: 0.7, color: colour, opacity: 1, fillColor: colour, fillOpacity: data.tiles ? 0.7 : 1,
      }));
    }
    for (const county of data.counties) {
      if (county.outside || (data.surface.length && !county.hatched)) continue;
      group.addLayer(hatching(area, data.surface.length ? county : { shape: county.shape }));
    }
    return group;
  };

  function gapPopup(gap) {
    const lines = [gap.people, ...gap.said].map((line) => node("p", {}, line));
    return node("div", { class: "pm-popup" }, node("h2", {}, gap.number), ...lines);
  }

  paymap.gaps = (map) => {
    const area = areas(map, "pm-gaps", 420);
    const group = L.layerGroup();
    for (const gap of [...data.gaps].reverse()) {
      const dash = gap.confirmed ? null : "7 5";
      group.addLayer(area(gap.shape, { fill: false, weight: 4.5, className: "pm-casing" }));
      group.addLayer(area(gap.shape, {
        fill: false, weight: 2, dashArray: dash, className: gap.confirmed ? "pm-gap" : "pm-gap pm-possible",
      }));
    }
    const badges = data.gaps.map((gap) => label(gap.spot, gapBadge(gap), "pm-badge", () => gapPopup(gap)));
    return withLabels(map, group, badges, 1, PHONE.matches ? 5 : 10);
  };

  function gapBadge(gap) {
    return [
      node("b", { class: gap.confirmed ? "" : "pm-possible" }, gap.number),
      node("span", {}, gap.people),
    ];
  }

  function countyLabel(county) {
    const said = [named(county.zh, { class: county.en ? "pm-zh" : "pm-zh pm-only", lang: "zh" })];
    if (county.en) said.push(named(county.en, { class: "pm-en", lang: "en" }));
    if (county.range) said.push(node("strong", {}, county.range));
    return said;
  }

  paymap.labels = (map) => {
    const shown = data.counties.filter((county) => !county.outside || !PHONE.matches);
    const made = shown.map((county) => label(county.spot, countyLabel(county), "pm-county"));
    return withLabels(map, L.layerGroup(), made, 0);
  };

  function label(spot, content, kind, popup) {
    const face = node("div", { class: kind }, ...content);
    const icon = L.divIcon({ html: face, className: "pm-label", iconSize: null });
    const marker = L.marker(spot, { icon, pane: "pm-labels", interactive: Boolean(popup), keyboard: Boolean(popup) });
    if (popup) marker.bindPopup(popup, { maxWidth: 260 });
    return { marker, face };
  }

  // Labels in order of importance: each takes the place near its spot where it hides the fewest marks, or waits
  // until there is room.
  const standing = new Map();
  const TRIES = [0, 24, 46].flatMap((far) => (far === 0 ? [[0, 0]] : [
    [0, -far], [0, far], [-1.4 * far, 0], [1.4 * far, 0], [-far, -far], [far, -far], [-far, far], [far, far],
  ]));
  const STRAY = 10;

  // `most` is how many are shown while the whole city is in sight; each zoom level shows four times as many.
  function withLabels(map, group, labels, rank, most = Infinity) {
    pane(map, "pm-labels", 620);
    for (const { marker } of labels) group.addLayer(marker);
    group.on("add", () => { standing.set(group, { labels, rank, most }); settle(map); });
    group.on("remove", () => { standing.delete(group); settle(map); });
    return group;
  }

  const overlaps = (a, b) => a.left < b.right + 2 && b.left < a.right + 2 && a.top < b.bottom + 1 && b.top < a.bottom + 1;
  const moved = (box, x, y) => ({ left: box.left + x, right: box.right + x, top: box.top + y, bottom: box.bottom + y });

  function settle(map) {
    const frame = map.getContainer().getBoundingClientRect();
    const side = document.querySelector(".pm-side");
    const taken = [...document.querySelectorAll(".pm-card, .leaflet-control")].map((e) => e.getBoundingClientRect());
    if (!side) return;
    const marks = [...map.getPane("markerPane").children].map((e) => e.getBoundingClientRect());
    const entries = [...standing.values()].sort((a, b) => a.rank - b.rank);
    for (const { face } of entries.flatMap((entry) => entry.labels)) {
      face.style.transform = "translate(-50%, -50%)";
      face.classList.add("pm-hidden");
    }
    const closer = 4 ** (map.getZoom() - map.getBoundsZoom(data.bounds));
    const order = entries.flatMap(({ labels, most }) => labels.slice(0, Math.max(most, most * closer)));
    const boxes = order.map(({ face }) => face.getBoundingClientRect());
    order.forEach(({ face }, i) => place(face, boxes[i], frame, taken, marks));
    document.documentElement.classList.toggle("pm-near", closer >= 4);
  }

  const shared = (a, b) => Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left))
    * Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));

  function place(face, box, frame, taken, marks) {
    const inside = (b) => b.left >= frame.left && b.right <= frame.right && b.top >= frame.top && b.bottom <= frame.bottom;
    let best = null;
    for (const [x, y] of TRIES) {
      const there = moved(box, x, y);
      if (!inside(there) || taken.some((other) => overlaps(there, other))) continue;
      const cost = STRAY * Math.hypot(x, y) + marks.reduce((sum, mark) => sum + shared(there, mark), 0);
      if (!best || cost < best.cost) best = { cost, there, x, y };
    }
    if (!best) return;
    taken.push(best.there);
    face.classList.remove("pm-hidden");
    face.style.transform = `translate(calc(-50% + ${best.x}px), calc(-50% + ${best.y}px))`;
  }

  paymap.settle = settle;
})();
