// Puts what is due in order of distance. Where the phone is stays on the phone: nothing is sent.

const EARTH_M = 6371008.8;
const rad = (degrees) => (degrees * Math.PI) / 180;

function metres(lon, lat, item) {
  const { lon: x, lat: y } = item.dataset;
  if (x === undefined) return Infinity;
  const a = Math.sin(rad(y - lat) / 2) ** 2 + Math.cos(rad(lat)) * Math.cos(rad(y)) * Math.sin(rad(x - lon) / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.sqrt(a));
}

const shown = (m) => (m === Infinity ? "" : m < 950 ? `${Math.round(m / 10) * 10} m` : `${(m / 1000).toFixed(m < 9950 ? 1 : 0)} km`);

function order(list, { longitude, latitude }) {
  const items = [...list.children].map((item) => [metres(longitude, latitude, item), item]);
  items.sort(([a], [b]) => a - b);
  for (const [away, item] of items) {
    item.querySelector("[data-distance]").textContent = shown(away);
    list.append(item);
  }
}

const offer = document.querySelector("[data-nearest]");
const list = document.querySelector("[data-errands]");
if (offer && list && "geolocation" in navigator) {
  offer.hidden = false;
  const said = offer.querySelector("[data-nearest-said]");
  offer.querySelector("button").addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      (found) => {
        said.textContent = "";
        order(list, found.coords);
      },
      () => {
        said.textContent = said.dataset.failed;
      },
      { maximumAge: 60_000, timeout: 15_000 },
    );
  });
}
