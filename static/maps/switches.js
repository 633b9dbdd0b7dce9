// What the reader can ask for instead: another service, area, day, map or language. Nothing of it in a file on disk.
(() => {
  "use strict";
  const { data, words, node, alone } = window.paymap;

  function select(name, label, pairs, chosen) {
    const options = pairs.map(([value, said]) => node("option", { value }, said));
    const made = node("select", { name, "aria-label": label }, ...options);
    made.value = chosen;
    return made;
  }

  // A map of all services switches between them in place.
  paymap.chooser = (onChoice) => {
    const made = select("capability", words.capability, data.panel.choices.map((one) => [one.key, one.name]), data.capability);
    made.addEventListener("change", () => onChoice(made.value));
    return made;
  };

  // A map of one service's figures is asked for anew.
  paymap.question = () => {
    if (alone || !data.switches) return "";
    const { capabilities, regions, region, timezone } = data.switches;
    const today = new Intl.DateTimeFormat("en-CA", { timeZone: timezone }).format();
    const day = node("input", { type: "date", name: "as_of", max: today, value: data.as_of, "aria-label": words.as_of });
    const form = node("form", { class: "pm-question" },
      select("capability", words.capability, capabilities, data.capability),
      select("region", words.region, regions, region),
      day,
      node("input", { type: "hidden", name: "lang", value: data.lang }),
      node("button", {}, words.show));
    // No day in the address means today, also tomorrow.
    form.addEventListener("submit", () => { day.disabled = !day.value || day.value === today; });
    window.addEventListener("pageshow", () => { day.disabled = false; });
    return form;
  };

  paymap.links = (capability) => {
    if (alone) return "";
    const here = new URLSearchParams(window.location.search);
    const other = data.lang === "zh" ? "en" : "zh";
    here.set("lang", other);
    here.set("capability", capability);
    const there = new URLSearchParams({ capability, lang: data.lang });
    const map = data.switches ? ["venues", words.venues_title] : ["coverage", words.coverage_title];
    return node("nav", { class: "pm-links", "aria-label": words.pages },
      node("a", { href: `${data.root}/?lang=${data.lang}`, target: "_top" }, words.home),
      node("a", { href: `${data.root}/maps/${map[0]}?${there}` }, map[1]),
      node("a", { href: `?${here}`, hreflang: other, lang: other === "zh" ? "zh-CN" : "en" }, other === "zh" ? "中文" : "English"));
  };
})();
