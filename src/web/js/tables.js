// Choosing rows: all, a range with Shift, and what was chosen in words.
import { all } from "./page.js";

const ids = (form) => [...form.elements].filter((box) => box.name === "ids"); // also those with form="…"
let last; // where a range begins

addEventListener("click", ({ target: box, shiftKey }) => {
  if (!box.matches("input[data-all], input[name=ids]")) return;
  const rows = ids(box.form);
  const [from, to] = [rows.indexOf(last), rows.indexOf(box)].sort((a, b) => a - b);
  const many = "all" in box.dataset ? rows : shiftKey && from >= 0 ? rows.slice(from, to) : [];
  for (const row of many) row.checked = box.checked;
  last = box;
  tell(box.form);
});

// data-chosen="{n} chosen, {sum}", with data-one and data-none for the odd cases.
function tell(form) {
  const rows = ids(form);
  const chosen = rows.filter((row) => row.checked);
  const dollars = chosen.reduce((cents, row) => cents + Number(row.dataset.cents ?? 0), 0) / 100;
  const sum = dollars.toLocaleString("en-US", { style: "currency", currency: "USD", trailingZeroDisplay: "stripIfInteger" });
  for (const place of all("[data-chosen]", form)) {
    const { chosen: many, one = many, none = many } = place.dataset;
    const words = [none, one][chosen.length] ?? many;
    place.textContent = words.replace("{n}", chosen.length).replace("{sum}", sum);
  }
  for (const head of all("input[data-all]").filter((box) => box.form === form)) {
    head.hidden = false; // it needs this file
    head.checked = rows.length > 0 && chosen.length === rows.length;
    head.indeterminate = chosen.length > 0 && !head.checked;
  }
}

const start = () => all("input[data-all]").forEach((head) => tell(head.form));
addEventListener("pageshow", start); // a browser may bring back old check marks
addEventListener("swapped", start);
