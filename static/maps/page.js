// What stands around the map: panel, legend, foot, scale bar, watermark, paper.
(() => {
  "use strict";
  const { data, words, node, svg } = window.paymap;
  const PHONE = window.matchMedia("(max-width: 640px)");
  const PAPER = [1520, 1056];

  function bar(figure) {
    const drawn = svg("svg", {
      class: "pm-bar", viewBox: "0 0 100 10", preserveAspectRatio: "none", role: "img",
      "aria-label": figure.range || figure.count,
    }, svg("rect", { x: 0, y: 0, width: 100, height: 10, class: "pm-all" }));
    if (figure.low === null) return drawn;
    const low = 100 * figure.low;
    drawn.append(svg("rect", { x: low, y: 0, width: 100 * figure.high - low, height: 10, fill: "url(#pm-bar)" }));
    drawn.append(svg("rect", { x: 0, y: 0, width: low, height: 10, class: "pm-low" }));
    return drawn;
  }

  function panel(onChoice) {
    const many = data.panel.choices.length > 1;
    const heading = node("span", { class: "pm-heading" });
    const figures = node("div", { class: "pm-figures" });
    const body = node("div", { class: "pm-body" });
    const simulated = data.sandbox ? node("span", { class: "pm-simulated" }, words.simulated) : "";
    const sum = node("summary", {}, simulated, node("h1", {}, data.panel.title), heading, figures);
    const card = node("details", { class: "pm-card pm-panel" }, sum, body);
    function write(key) {
      const one = data.panel.choices.find((each) => each.key === key);
      const figure = one.figure;
      heading.replaceChildren(`${data.panel.place} · ${one.name}`);
      figures.replaceChildren(bar(figure), node("strong", {}, figure.range || "–"), node("span", {}, figure.known));
      figures.classList.toggle("pm-bare", figure.low === null || figure.nothing);
      const bounds = figure.low !== null && figure.low !== figure.high && !figure.nothing ? words.bounds : "";
      const said = [figure.nothing ? words.nothing_known : "", figure.count, bounds, `${words.as_of} ${data.as_of}`,
        ...one.notes, ...data.panel.notes].filter(Boolean);
      body.replaceChildren(choices, ...said.map((line) => node("p", {}, line)), paymap.links(key));
    }
    const choices = many ? paymap.chooser((key) => { write(key); onChoice(key); }) : paymap.question();
    write(data.capability);
    return card;
  }

  const swatch = (...inside) => svg("svg", { class: "pm-swatch", viewBox: "0 0 28 18", "aria-hidden": "true" }, ...inside);
  const box = (fill, more = {}) => svg("rect", { x: 0.5, y: 0.5, width: 27, height: 17, fill, class: "pm-box", ...more });
  const line = (drawn, ...said) => node("li", {}, drawn, node("span", {}, ...said));
  const block = (title, ...lines) => node("section", {}, node("h3", {}, title), node("ul", {}, ...lines));

  function fills() {
    if (!data.legend) return [];
    const { ramp, shares, distances } = data.legend;
    const shades = (said) => said.map((text, i) => line(swatch(box(ramp[i])), text));
    const here = data.counties.filter((county) => !county.outside);
    const shaded = here.some((county) => county.shade !== undefined);
    const bare = here.some((county) => county.hatched && county.shade === undefined)
      ? () => [line(swatch(box("url(#pm-unknown)")), data.legend.bare)] : () => [];
    const half = here.some((county) => county.hatched && county.shade !== undefined)
      ? () => [line(swatch(box(ramp[2]), box("url(#pm-half-known)")), words.hatched)] : () => [];
    const far = data.surface.length ? [...shades(distances), ...half(), ...bare()]
      : [line(swatch(box("url(#pm-unknown)")), words.no_surface)];
    const made = { shares: block(words.share_legend, ...(shaded ? shades(shares) : []), ...half(), ...bare()) };
    made.surface = block(words.distance_legend, ...far);
    for (const [name, part] of Object.entries(made)) part.dataset.fill = name;
    return Object.values(made);
  }

  function gaps() {
    if (!data.gaps?.length) return [];
    const outline = (kind) => swatch(svg("rect", { x: 2, y: 2, width: 24, height: 14, class: `pm-gap ${kind}` }));
    const lines = [];
    if (data.gaps.some((gap) => gap.confirmed)) lines.push(line(outline(""), words.gap_confirmed));
    if (data.gaps.some((gap) => !gap.confirmed)) lines.push(line(outline("pm-possible"), words.gap_possible));
    return [block(words.gaps_layer, ...lines)];
  }

  function marks(list, key) {
    const said = data.panel.choices.find((one) => one.key === key).words;
    const statuses = Object.entries(said).map(([letter, word]) => line(paymap.glyph(letter, false, false), word));
    const more = [line(paymap.glyph("y", true, false), words.stale)];
    if (data.venues.key.includes("1")) more.push(line(paymap.glyph("u", false, true), words.key_mark));
    if (Object.values(data.venues.status).some((column) => column.includes("-"))) {
      more.push(line(paymap.glyph("-", false, false), words.not_asked));
    }
    if (data.venues.error.some(Boolean)) {
      more.push(line(swatch(svg("circle", { cx: 14, cy: 9, r: 8, class: "pm-rough" })), words.approximate));
    }
    if (data.venues.lon.length > 1) more.push(line(paymap.ring({ y: 4, l: 2, n: 3, u: 3 }, ""), words.cluster));
    list.replaceChildren(...statuses, ...more);
  }

  function legend() {
    const list = node("ul");
    marks(list, data.capability);
    const status = node("section", {}, list);
    const card = node("details", { class: "pm-card pm-legend" }, node("summary", {}, node("h2", {}, words.legend)),
      node("div", { class: "pm-body" }, ...fills(), ...gaps(), status));
    return { card, relabel: (key) => marks(list, key) };
  }

  // Leaflet names its own buttons in English, and hears Escape only while the map itself has the focus.
  function forEveryReader(map) {
    map.getContainer().addEventListener("keydown", (event) => { if (event.key === "Escape") map.closePopup(); });
    map.getContainer().setAttribute("role", "region");
    map.getContainer().setAttribute("aria-label", document.title);
    for (const [key, value] of [["title", words.layers], ["aria-label", words.layers]]) {
      map.getContainer().querySelector(".leaflet-control-layers-toggle")?.setAttribute(key, value);
    }
    map.on("popupopen", ({ popup }) => {
      popup.getElement().querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", words.close);
    });
  }

  // The legend explains the fill that is on the map, not the one that is switched off.
  function followFill(map, card) {
    const names = { [words.share_layer]: "shares", [words.distance_layer]: "surface" };
    const show = (name) => {
      for (const part of card.querySelectorAll("[data-fill]")) part.hidden = part.dataset.fill !== name;
    };
    if (data.legend) show(data.surface.length ? "surface" : "shares");
    map.on("baselayerchange", (event) => show(names[event.name]));
  }

  function foot(map) {
    L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
    const control = L.control({ position: "bottomleft" });
    control.onAdd = () => node("div", { class: "pm-foot" }, ...data.foot.map((said) => node("span", {}, said)));
    control.addTo(map);
  }

  function watermark(map) {
    if (!data.sandbox) return;
    const text = svg("text", { x: 20, y: 110 }, words.simulated);
    const tile = svg("pattern", {
      id: "pm-simulated", width: 340, height: 180, patternUnits: "userSpaceOnUse", patternTransform: "rotate(-24)",
    }, text);
    map.getContainer().append(svg("svg", { class: "pm-watermark", "aria-hidden": "true" }, svg("defs", {}, tile),
      svg("rect", { width: "100%", height: "100%", fill: "url(#pm-simulated)" })));
  }

  const printing = () => document.documentElement.classList.contains("pm-printing");

  function fit(map, side) {
    const narrow = PHONE.matches && !printing();
    map.fitBounds(data.bounds, { animate: false, paddingTopLeft: narrow ? [24, 24] : [60, 24],
      paddingBottomRight: narrow ? [24, 48] : [side.offsetWidth + 24, 40] });
  }

  // Browsers lay a page out for paper only after the script has run: the map is given the sheet's size before.
  function paper(map, side, cards) {
    const frame = map.getContainer();
    let before = null;
    const on = () => {
      before = { centre: map.getCenter(), zoom: map.getZoom(), open: cards.map((card) => card.open) };
      document.documentElement.classList.add("pm-printing");
      frame.style.setProperty("width", `${PAPER[0]}px`, "important");
      frame.style.setProperty("height", `${PAPER[1]}px`, "important");
      for (const card of cards) card.open = true;
      map.invalidateSize({ animate: false });
      fit(map, side);
      paymap.settle(map);
    };
    const off = () => {
      if (!before) return;
      document.documentElement.classList.remove("pm-printing");
      frame.style.removeProperty("width");
      frame.style.removeProperty("height");
      cards.forEach((card, i) => { card.open = before.open[i]; });
      map.invalidateSize({ animate: false });
      map.setView(before.centre, before.zoom, { animate: false });
      before = null;
    };
    window.addEventListener("beforeprint", on);
    window.addEventListener("afterprint", off);
  }

  paymap.furnish = (map) => {
    const { card: legendCard, relabel } = legend();
    const panelCard = panel((key) => { paymap.show(key); relabel(key); });
    const side = node("aside", { class: "pm-side" }, panelCard, legendCard);
    for (const card of [panelCard, legendCard]) card.open = !PHONE.matches;
    document.body.append(side);
    L.control.zoom({ position: "topleft", zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map);
    forEveryReader(map);
    foot(map);
    watermark(map);
    followFill(map, legendCard);
    paper(map, side, [panelCard, legendCard]);
    map.invalidateSize({ animate: false });
    fit(map, side);
    const resized = new ResizeObserver(() => { map.invalidateSize({ animate: false }); paymap.settle(map); });
    const around = [panelCard, legendCard, ...document.querySelectorAll(".leaflet-control")];
    for (const one of [map.getContainer(), ...around]) resized.observe(one);
    map.on("zoomend moveend", () => paymap.settle(map));
    paymap.settle(map);
    document.documentElement.dataset.drawn = "1";
  };
})();
