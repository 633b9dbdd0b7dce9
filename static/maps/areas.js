// The areas of a map: land and borders, shares by county, distances, gaps, and what is written on them.
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
    const badges = data.gaps.map((gap) => paymap.label(gap.spot, gapBadge(gap), "pm-badge", {
      title: `${gap.number} · ${gap.people}`, popup: () => gapPopup(gap),
    }));
    return paymap.withLabels(map, group, badges, 1, 10);
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
    const made = shown.map((county) => paymap.label(county.spot, countyLabel(county), "pm-county"));
    return paymap.withLabels(map, L.layerGroup(), made, 0);
  };
})();
