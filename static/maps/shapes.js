// What all parts of a map share: the page's data, small DOM builders, shapes from whole numbers.
// Every word that comes from data becomes a text node or an attribute, never markup.
(() => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const STEP = 1e-5;
  const data = JSON.parse(document.getElementById("paymap-data").textContent);
  const alone = document.documentElement.dataset.alone === "1";

  function fill(made, attributes, children) {
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  }
  const node = (name, attributes = {}, ...children) => fill(document.createElement(name), attributes, children);
  const svg = (name, attributes = {}, ...children) => fill(document.createElementNS(SVG, name), attributes, children);

  // A name from the register: kept apart from its surroundings, whatever direction its letters set.
  const named = (text, attributes = {}) => node("bdi", attributes, text);

  function ring(steps) {
    const points = new Array(steps.length / 2);
    let lon = 0;
    let lat = 0;
    for (let i = 0; i < steps.length; i += 2) {
      lon += steps[i];
      lat += steps[i + 1];
      points[i / 2] = [lat * STEP, lon * STEP];
    }
    return points;
  }
  const rings = (shape) => shape.map((polygon) => polygon.map(ring));

  function pane(map, name, level) {
    if (!map.getPane(name)) {
      const made = map.createPane(name);
      made.classList.add("pm-pane");
      made.style.zIndex = level;
    }
    return name;
  }

  // Stripes of an SVG that lies in the page once; any area may fill itself with `url(#name)`.
  function stripes(name, colour, width, gap, angle, ...halo) {
    return svg("pattern", {
      id: name, width: gap, height: gap, patternUnits: "userSpaceOnUse", patternTransform: `rotate(${angle})`,
    }, ...halo, svg("line", { x1: 0, y1: 0, x2: 0, y2: gap, stroke: colour, "stroke-width": width }));
  }
  document.body.append(svg("svg", { class: "pm-defs", width: 0, height: 0, "aria-hidden": "true" },
    svg("defs", {},
      stripes("pm-unknown", "#8a867d", 2, 8, 45),
      // Seen on a light shade and on a dark one.
      stripes("pm-half-known", "#1b1f24", 1.6, 9, 45,
        svg("line", { x1: 2, y1: 0, x2: 2, y2: 9, stroke: "#fff", "stroke-width": 1.2 })),
      stripes("pm-bar", "#0a4d8c", 2.4, 5, 45),
    )));

  window.paymap = { data, alone, words: data.words, node, svg, named, rings, pane, STEP };
})();
