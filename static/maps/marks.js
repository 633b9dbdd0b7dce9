// The venues of a map: status marks, clusters as rings of statuses, circles of error, popups.
(() => {
  "use strict";
  const { data, words, node, svg, named, alone, STEP } = window.paymap;
  const venues = data.venues;
  const ORDER = ["y", "l", "n", "u", "-"];
  const NAMES = { y: "yes", l: "limited", n: "no", u: "unknown", "-": "not-asked" };
  const NEVER = 36 ** 3 - 1;
  const shown = { capability: data.capability };
  const groups = { key: [], other: [] };
  const visible = new Set();
  let cluster = null;
  let redrawCircles = () => {};

  function glyph(letter, stale, key) {
    const parts = {
      y: () => [
        svg("circle", { cx: 12, cy: 12, r: 8 }),
        svg("path", { d: "M8 12.3l2.8 2.8 5.2-6", class: "pm-cut" }),
      ],
      l: () => [
        svg("circle", { cx: 12, cy: 12, r: 7, class: "pm-ring" }),
        svg("path", { d: "M12 5a7 7 0 0 0 0 14z" }),
      ],
      n: () => [
        svg("circle", { cx: 12, cy: 12, r: 8 }),
        svg("path", { d: "M8 12h8", class: "pm-cut pm-barred" }),
      ],
      u: () => [svg("circle", { cx: 12, cy: 12, r: 6.5, class: "pm-ring pm-dashed" })],
      "-": () => [svg("circle", { cx: 12, cy: 12, r: 3 })],
    };
    const mark = svg("g", { class: stale ? "pm-stale" : null }, svg("circle", { cx: 12, cy: 12, r: 9.5, class: "pm-halo" }),
      ...parts[letter]());
    const drawn = svg("svg", { viewBox: "0 0 24 24", class: `pm-mark pm-${NAMES[letter]}`, "aria-hidden": "true" });
    if (key) drawn.append(svg("rect", { x: 1, y: 1, width: 22, height: 22, rx: 4, class: "pm-key" }));
    drawn.append(mark);
    if (stale) drawn.append(clock());
    return drawn;
  }

  function clock() {
    return svg("g", { class: "pm-clock" }, svg("circle", { cx: 19, cy: 19, r: 4.4 }),
      svg("path", { d: "M19 16.6V19l1.6 1.2" }));
  }

  const statusOf = (row) => venues.status[shown.capability][row];

  function ageOf(row) {
    const ages = venues.age[shown.capability];
    const days = ages ? parseInt(ages.slice(3 * row, 3 * row + 3), 36) : NEVER;
    return days === NEVER ? null : days;
  }

  const staleOf = (row) => ageOf(row) !== null && ageOf(row) > data.stale_days;
  const icons = new Map();

  function iconOf(row) {
    const key = venues.key[row] === "1";
    const look = `${statusOf(row)}${staleOf(row)}${key}`;
    if (!icons.has(look)) {
      const face = glyph(statusOf(row), staleOf(row), key).outerHTML;
      icons.set(look, L.divIcon({ html: face, className: "pm-venue", iconSize: [26, 26] }));
    }
    return icons.get(look);
  }

  const choice = () => data.panel.choices.find((one) => one.key === shown.capability);
  const wordOf = (row) => choice().words[statusOf(row)] ?? words.not_asked;
  const nameOf = (row) => (data.lang === "zh" ? venues.zh[row] || venues.en[row] : venues.en[row] || venues.zh[row]);

  function dayOf(days) {
    const day = new Date(`${data.as_of}T00:00:00Z`);
    day.setUTCDate(day.getUTCDate() - days);
    return day.toISOString().slice(0, 10);
  }

  function popup(row) {
    const other = data.lang === "zh" ? venues.en[row] : venues.zh[row];
    const kind = venues.kinds[venues.kind[row]][data.lang === "zh" ? 0 : 1];
    const age = ageOf(row);
    const lines = [
      node("h2", {}, named(nameOf(row))),
      node("p", { class: "pm-muted" }, other && other !== nameOf(row) ? named(other) : "", other ? " · " : "", kind),
      node("p", { class: "pm-said" }, glyph(statusOf(row), staleOf(row), false), node("b", {}, wordOf(row))),
      node("p", { class: "pm-muted" }, age === null ? words.never_seen : words.seen_on.replace("{date}", dayOf(age))),
    ];
    if (venues.error[row]) lines.push(node("p", {}, words.approximate_one.replace("{n}", venues.error[row])));
    if (!alone) lines.push(node("a", { href: `${data.root}/v/${encodeURIComponent(venues.id[row])}?lang=${data.lang}`,
      target: "_top" }, words.open_page));
    return node("div", { class: "pm-popup" }, ...lines);
  }

  // What a mark is called: by the pointer's tooltip and by a screen reader.
  function call(one) {
    for (const name of ["title", "aria-label"]) one.getElement()?.setAttribute(name, `${nameOf(one.row)}: ${wordOf(one.row)}`);
  }

  function marker(row) {
    const made = L.marker([venues.lat[row] * STEP, venues.lon[row] * STEP], { icon: iconOf(row) });
    made.row = row;
    made.on("add", () => call(made));
    return made;
  }

  function counts(markers) {
    const found = Object.fromEntries(ORDER.map((letter) => [letter, 0]));
    for (const one of markers) found[statusOf(one.row)] += 1;
    return found;
  }

  // Each status has its own stroke on the ring beside its colour, so that grey prints still tell them apart:
  // yes is broad, limited narrower, no is slit like its bar, unknown thin.
  function ring(found, said) {
    const total = ORDER.reduce((sum, letter) => sum + (found[letter] ?? 0), 0);
    const drawn = svg("svg", { viewBox: "0 0 44 44", class: "pm-cluster" }, svg("circle", { cx: 22, cy: 22, r: 20, class: "pm-face" }));
    let start = 0;
    for (const letter of ORDER) {
      const share = (100 * (found[letter] ?? 0)) / total;
      if (share > 0) {
        for (const kind of letter === "n" ? ["pm-no", "pm-slit"] : [`pm-${NAMES[letter]}`]) {
          drawn.append(svg("circle", {
            cx: 22, cy: 22, r: 17, pathLength: 100, class: `pm-arc ${kind}`, transform: "rotate(-90 22 22)",
            "stroke-dasharray": `${Math.max(share - (share < 100 ? 1.2 : 0), 0.8)} 100`, "stroke-dashoffset": -start,
          }));
        }
      }
      start += share;
    }
    drawn.append(svg("text", { x: 22, y: 26.5 }, said));
    return drawn;
  }
  paymap.ring = ring;

  function ringOf(group) {
    const found = counts(group.getAllChildMarkers());
    const total = group.getChildCount();
    const drawn = ring(found, total > 9999 ? `${Math.round(total / 1000)}k` : String(total));
    drawn.setAttribute("role", "img");
    drawn.setAttribute("aria-label", spoken(found));
    return L.divIcon({ html: drawn, className: "pm-group", iconSize: [44, 44] });
  }

  function spoken(found) {
    const said = ORDER.filter((letter) => found[letter] > 0)
      .map((letter) => `${found[letter]} ${choice().words[letter] ?? words.not_asked}`);
    return said.join(data.lang === "zh" ? "，" : ", ");
  }

  function clusterOn(map) {
    if (cluster) return cluster;
    cluster = L.markerClusterGroup({
      iconCreateFunction: ringOf, maxClusterRadius: data.legend ? 80 : 58, showCoverageOnHover: false, chunkedLoading: false,
      animate: !window.matchMedia("(prefers-reduced-motion: reduce)").matches, spiderLegPolylineOptions: { weight: 1 },
    });
    const open = ({ propagatedFrom: one }) => L.popup({ maxWidth: 280, offset: [0, -6] }).setLatLng(one.getLatLng())
      .setContent(popup(one.row)).openOn(map);
    cluster.on("click", open);
    // Whoever comes by keyboard is led into what opens, and back.
    cluster.on("keypress", (event) => {
      if (event.originalEvent.key !== "Enter") return;
      const opened = open(event);
      opened.getElement().querySelector("a").focus();
      opened.once("remove", () => event.propagatedFrom.getElement()?.focus());
    });
    cluster.on("clustermouseover", ({ propagatedFrom: group }) => {
      group.getElement()?.setAttribute("title", spoken(counts(group.getAllChildMarkers())));
    });
    for (let row = 0; row < venues.lon.length; row += 1) {
      groups[venues.key[row] === "1" ? "key" : "other"].push(marker(row));
    }
    map.addLayer(cluster);
    circlesOn(map);
    return cluster;
  }

  // Two switches, one cluster: what is switched off leaves it.
  function part(map, name) {
    const switched = L.layerGroup();
    const drawn = () => { redrawCircles(); paymap.settle(map); };
    switched.on("add", () => { visible.add(name); clusterOn(map).addLayers(groups[name]); drawn(); });
    switched.on("remove", () => { visible.delete(name); clusterOn(map).removeLayers(groups[name]); drawn(); });
    clusterOn(map);
    return switched;
  }
  paymap.keyVenues = (map) => part(map, "key");
  paymap.otherVenues = (map) => part(map, "other");

  // A rough place is drawn as large as its error, when it stands for itself on the map.
  function circlesOn(map) {
    const where = paymap.pane(map, "pm-circles", 430);
    const renderer = L.svg({ pane: where });
    const circles = L.layerGroup().addTo(map);
    function draw() {
      circles.clearLayers();
      const frame = map.getBounds();
      for (const name of visible) {
        for (const one of groups[name]) {
          if (!venues.error[one.row] || !frame.contains(one.getLatLng()) || cluster.getVisibleParent(one) !== one) continue;
          circles.addLayer(L.circle(one.getLatLng(), {
            renderer, pane: where, interactive: false, radius: venues.error[one.row], weight: 1.5, dashArray: "2 4",
            fillOpacity: 0.08, className: "pm-rough",
          }));
        }
      }
    }
    map.on("moveend", draw);
    cluster.on("animationend spiderfied unspiderfied", () => { draw(); paymap.settle(map); });
    redrawCircles = draw;
  }

  paymap.show = (capability) => {
    shown.capability = capability;
    for (const one of [...groups.key, ...groups.other]) {
      one.setIcon(iconOf(one.row));
      call(one);
    }
    cluster.refreshClusters();
  };
  paymap.glyph = glyph;
})();
