// What is typed here stays out of the history and is gone when the palette closes.
import { refresh } from "./fragments.js";
import { all, one, plain } from "./page.js";

const palette = one("#palette");
const form = palette && one("form", palette);
const list = () => one(form.dataset.live);
const start = form && list().cloneNode(true);

export function open(id) {
  const dialog = document.getElementById(id);
  dialog?.showModal();
  return dialog;
}

// <a href="/search" data-open="palette"> is a page without this file. A click beside a dialog closes it.
addEventListener("click", (event) => {
  const { target } = event;
  const opener = target.closest("[data-open]");
  if (opener && plain(event) && open(opener.dataset.open)) event.preventDefault();
  if (target.matches("dialog:not(#session)")) target.close();
});

if (palette) {
  palette.addEventListener("close", () => {
    form.reset();
    list().replaceWith(start.cloneNode(true));
  });
  addEventListener("pagehide", () => palette.close());
  // By itself a search field takes the first Escape to clear its text.
  palette.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    palette.close();
  });

  // Enter opens the first hit of what is typed now, not 160 ms ago.
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const found = await refresh(form);
    if (found) one("a", found)?.click();
  });
}

// Arrows walk the palette or an open menu.
addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const box = step && one("#palette[open], :popover-open");
  if (!box) return;
  const stops = all("input[type=search], a", box);
  event.preventDefault();
  stops.at((stops.indexOf(document.activeElement) + step) % stops.length).focus();
});
