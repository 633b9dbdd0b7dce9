// Labels that make room: for the marks first, then names of counties, then badges of gaps by people.
(() => {
  "use strict";
  const { data, node, pane } = window.paymap;
  const standing = new Set();

  paymap.label = (spot, content, kind, { title, popup } = {}) => {
    const face = node("div", { class: kind }, ...content);
    const icon = L.divIcon({ html: face, className: "pm-label", iconSize: null });
    const marker = L.marker(spot, { icon, title, pane: "pm-labels", interactive: Boolean(popup), keyboard: Boolean(popup) });
    if (popup) marker.bindPopup(popup, { maxWidth: 260 });
    return { marker, face, number: popup && face.querySelector("b") };
  };

  // `most` is how many are shown while the whole city is in sight; each zoom level shows four times as many.
  paymap.withLabels = (map, group, labels, rank, most = Infinity) => {
    pane(map, "pm-labels", 620);
    const entry = { labels, rank, most };
    for (const { marker } of labels) group.addLayer(marker);
    group.on("add", () => { standing.add(entry); paymap.settle(map); });
    group.on("remove", () => { standing.delete(entry); paymap.settle(map); });
    return group;
  };

  const overlaps = (a, b) => a.left < b.right + 2 && b.left < a.right + 2 && a.top < b.bottom + 1 && b.top < a.bottom + 1;
  const within = (a, b) => a.left >= b.left && a.right <= b.right && a.top >= b.top && a.bottom <= b.bottom;
  const shared = (a, b) => Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left))
    * Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));

  // The place of a label moved by x and y from the middle of its spot, as wide and high as `size`.
  function at({ spot, size: { width, height } }, x, y) {
    const [left, top] = [spot.x + x - width / 2, spot.y + y - height / 2];
    return { left, top, right: left + width, bottom: top + height };
  }

  // A name is never missing for a mark's sake: near its spot it takes the place that hides the least of them.
  const STRAY = 10;
  const TOUCH = 400;
  const ring = (far) => [
    [0, -far], [0, far], [-1.4 * far, 0], [1.4 * far, 0], [-far, -far], [far, -far], [-far, far], [far, far],
  ];
  const TURNS = Array.from({ length: 16 }, (_, i) => ((i + 4) * Math.PI) / 8);
  const NEAR = [[0, 0], ...[12, 20, 28, 36, 44, 52, 60].flatMap((far) => TURNS.map((turn) => [
    1.4 * Math.cos(turn) * far, Math.sin(turn) * far,
  ]))];

  const hidden = (there, mark) => (overlaps(there, mark) ? TOUCH + shared(there, mark) : 0);

  function leastHiding({ whole }, free, marks) {
    const found = NEAR.map(([x, y]) => ({ x, y, there: at(whole, x, y) })).filter(({ there }) => free(there));
    const cost = ({ x, y, there }) => STRAY * Math.hypot(x, y) + marks.reduce((sum, mark) => sum + hidden(there, mark), 0);
    return found.map((one) => ({ ...one, cost: cost(one) })).sort((a, b) => a.cost - b.cost)[0];
  }

  // Ever farther from a spot, below it first: the nearer end of a label is `far` away.
  const FAR = [30, 38, 46, 60, 75, 90, 105, 120];
  const around = ({ width, height }, reach) => FAR.filter((far) => far <= reach).flatMap((far) => TURNS.map((turn) => [
    Math.cos(turn) * (far + (width - height) / 2), Math.sin(turn) * far,
  ]));

  // A badge hides nothing: whole it stands right, left, below or above, with an end or edge at its spot, or (where
  // there is room for it) farther off at the end of a line; else its number stands alone, on the spot, by it or farther off.
  function hidingNothing({ whole, short }, free, marks, reach) {
    const { width, height } = whole.size;
    const beside = [0, 0.8 * height].flatMap((far) => {
      const [end, edge] = [(width - height) / 2 + far, 0.7 * height + far];
      return [[end, 0], [-end, 0], [0, edge], [0, -edge]];
    });
    const places = [...beside, ...around(whole.size, reach)].map(([x, y]) => ({ x, y, there: at(whole, x, y) }));
    return [...places, ...numberPlaces(short)].find(({ there }) => free(there) && !marks.some((mark) => overlaps(there, mark)));
  }

  function numberPlaces(short) {
    const { height } = short.size;
    const places = [[0, 0], ...ring(0.9 * height), ...ring(1.5 * height), ...around(short.size, Infinity)];
    return places.map(([x, y]) => ({ x, y, there: at(short, x, y), alone: true }));
  }

  // The number of a gap of the first view is never missing: rather than that it lies on a name, at worst on a mark.
  function atAnyCost({ short }, frame, taken, marks) {
    const places = numberPlaces(short).filter(({ there }) => within(there, frame));
    return places.find(({ there }) => ![...taken, ...marks].some((other) => overlaps(there, other))) ?? places[0];
  }

  // Where a mark will stand, also while it still glides there.
  function standsAt(map, frame) {
    return (mark) => {
      const { x, y } = map.layerPointToContainerPoint(L.DomUtil.getPosition(mark));
      const size = { width: mark.offsetWidth, height: mark.offsetHeight };
      return at({ spot: { x: frame.left + x, y: frame.top + y }, size }, 0, 0);
    };
  }

  function lift({ face }) {
    face.style.transform = "translate(-50%, -50%)";
    face.classList.remove("pm-short", "pm-led");
    face.classList.add("pm-hidden");
  }

  function measure({ face, number }) {
    const size = face.getBoundingClientRect();
    const spot = { x: size.left + size.width / 2, y: size.top + size.height / 2 };
    return { whole: { spot, size }, short: number && { spot, size: number.getBoundingClientRect() } };
  }

  // A badge that stands off its spot is tied to it by a line, from the badge's edge.
  function lead(face, { x, y, there }) {
    const far = Math.hypot(x, y);
    const edge = Math.min((there.right - there.left) / Math.abs(x), (there.bottom - there.top) / Math.abs(y)) * far / 2;
    face.classList.toggle("pm-led", far - edge > 30);
    face.style.setProperty("--turn", `${Math.atan2(-y, -x)}rad`);
    face.style.setProperty("--edge", `${edge}px`);
    face.style.setProperty("--lead", `${far - edge}px`);
  }

  function put({ face, number }, found) {
    const { x, y, alone } = found;
    face.classList.remove("pm-hidden");
    face.classList.toggle("pm-short", Boolean(alone));
    face.style.transform = `translate(calc(-50% + ${x}px), calc(-50% + ${y}px))`;
    if (number && (x || y)) lead(face, found);
  }

  paymap.settle = (map) => {
    if (!document.querySelector(".pm-side")) return;
    const frame = map.getContainer().getBoundingClientRect();
    const taken = [...document.querySelectorAll(".pm-card, .leaflet-control")].map((one) => one.getBoundingClientRect());
    const marks = [...map.getPane("markerPane").children].map(standsAt(map, frame));
    const closer = 4 ** (map.getZoom() - map.getBoundsZoom(data.bounds));
    document.documentElement.classList.toggle("pm-near", closer >= 4);
    const entries = [...standing].sort((a, b) => a.rank - b.rank);
    for (const label of entries.flatMap((entry) => entry.labels)) lift(label);
    const order = entries.flatMap(({ labels, most }) => labels.slice(0, Math.max(most, most * closer)));
    const sure = new Set(entries.flatMap(({ labels, most }) => labels.slice(0, most)));
    const sizes = order.map(measure);
    const names = [];
    const free = (there) => within(there, frame) && ![...taken, ...names].some((other) => overlaps(there, other));
    const reach = frame.width > 640 ? Infinity : 0;
    order.forEach((label, i) => {
      if (label.number && !within(at({ ...sizes[i].short, size: { width: 0, height: 0 } }, 0, 0), frame)) return;
      const found = label.number
        ? hidingNothing(sizes[i], free, marks, reach) ?? (sure.has(label) && atAnyCost(sizes[i], frame, taken, marks))
        : leastHiding(sizes[i], free, marks);
      if (!found) return;
      (label.number ? taken : names).push(found.there);
      put(label, found);
    });
  };
})();
