// <details data-bodymap>: a region that is marked asks for a word. Without this the rows come with the next saving.
import { all } from "./page.js";

for (const map of all("[data-bodymap]")) {
  const rows = all(".spots li", map);
  const zones = all(".zone", map);
  const show = (zone) => {
    const at = zone.name.match(/\d+/)[0];
    rows[at].hidden = !zone.checked;
  };
  zones.forEach(show); // a browser may bring back ticks of its own
  map.addEventListener("change", ({ target }) => target.matches(".zone") && show(target));
}
