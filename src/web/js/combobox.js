// Matches under a field that also works as plain text: <input data-combo="/providers/find?q=" data-target="provider_id">
import { all, ask, calmly, make, say } from "./page.js";

let count = 0;

function enhance(input) {
  const { combo, target } = input.dataset;
  const hidden = input.form.elements[target];
  const id = `combo-${++count}`;
  const list = make("ul", { id, role: "listbox", ariaLabel: "Matches", hidden: true });
  input.parentNode.append(list);
  Object.assign(input, { role: "combobox", autocomplete: "off", ariaAutoComplete: "list", ariaExpanded: "false" });
  input.setAttribute("aria-controls", id);
  let at;

  function mark(to) {
    at = to;
    for (const option of list.children) option.ariaSelected = option === list.children[at];
    list.children[at]?.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", list.children[at]?.id ?? "");
  }
  function show(some) {
    list.hidden = !some;
    input.ariaExpanded = some;
    mark(-1);
  }
  function option(match, i) {
    const line = make("li", { id: `${id}-${i}`, role: "option" });
    line.append(match.label, make("small", { textContent: match.detail ?? "" }));
    line.onclick = () => {
      input.value = match.label;
      hidden.value = match.id;
      show(false);
      input.dispatchEvent(new Event("input", { bubbles: true })); // for drafts
    };
    return line;
  }

  const find = calmly(async (signal) => {
    const words = input.value.trim();
    const answer = words && (await ask(combo + encodeURIComponent(words), { signal }).catch(() => null));
    if (signal.aborted) return;
    if (!answer?.ok) return show(false); // still a text field: the server reads it
    const matches = await answer.json();
    list.replaceChildren(...matches.map(option));
    show(matches.length > 0 && document.activeElement === input);
    say(`${matches.length} found`);
  });

  input.addEventListener("input", (event) => {
    if (!event.isTrusted) return; // picked, not typed
    hidden.value = "";
    find();
  });
  input.addEventListener("keydown", (event) => {
    const { key } = event;
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    const many = list.children.length;
    if (step && list.hidden) find();
    else if (step) mark((Math.max(at, step < 0 ? 0 : -1) + step + many) % many);
    else if (key === "Enter" && at >= 0) list.children[at].click();
    else if (key === "Escape" && !list.hidden) show(false);
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", () => show(false));
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
}

const start = () => all("input[data-combo]:not([role])").forEach(enhance);
addEventListener("swapped", start);
start();
