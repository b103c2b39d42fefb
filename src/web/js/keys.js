// Never while typing, off with <html data-keys="off">, and each has a control that can be seen.
import { all, one } from "./page.js";
import { open } from "./palette.js";

const deeds = { e: "edit", a: "approve", A: "approve-opened", s: "skip", x: "select", u: "undo" };
const fields = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
let went = 0; // when g was pressed

addEventListener("keydown", (event) => {
  const { key, target, altKey } = event;
  const strong = event.metaKey || event.ctrlKey;
  if (one("html[data-keys=off], dialog[open]")) return;
  if (strong ? key !== "k" : altKey || target.closest(fields)) return;

  const going = Date.now() - went < 1200;
  went = !going && key === "g" ? Date.now() : 0;
  const done =
    going ? press(`a[data-key="${CSS.escape(key)}"]`)
    : strong || key === "/" ? open("palette")
    : key === "?" ? open("keys")
    : key === "c" ? press("[popovertarget=add]")
    : key === "j" ? walk(1)
    : key === "k" ? walk(-1)
    : deeds[key] && act(`[data-do=${deeds[key]}]`);
  if (done) event.preventDefault();
});

function press(selector, within) {
  const control = one(selector, within);
  control?.click();
  return control;
}

const row = () => document.activeElement.closest("[data-row]");

// However many wait, the one that is read is in sight.
one("[data-walk] [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// In a queue the next one opens. In a list the first link of a row takes the focus, so Enter opens the row.
function walk(step) {
  const queue = all("[data-walk] a");
  if (queue.length) {
    const next = queue[queue.findIndex((card) => card.matches("[aria-current]")) + step];
    next?.click();
    return next;
  }
  const rows = all("[data-row]").filter((row) => row.checkVisibility());
  const next = row() ? rows[rows.indexOf(row()) + step] : rows[0];
  if (next) one("a, summary, button", next)?.focus();
  return next;
}

// In a row a key means this row and no other, elsewhere the page.
const act = (selector) => (row() ? press(selector, row()) : press(`${selector}:not([data-row] *)`));
