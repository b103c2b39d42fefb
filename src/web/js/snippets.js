// `.neck` and a space become the words of the snippet, while they are typed. The server does the same when the draft is kept.
import { all, say } from "./page.js";

const words = new Map(all("[data-snippet]").map(({ dataset }) => [dataset.snippet, dataset.words]));

if (words.size)
  addEventListener("input", ({ target }) => {
    if (!target.matches("form[data-draft] textarea")) return;
    const before = target.value.slice(0, target.selectionStart);
    const [typed, lead, name, end] = before.match(/(^|\s)\.([a-z][a-z0-9_-]*)(\s)$/i) ?? [];
    const put = words.get(name?.toLowerCase());
    if (!put) return;
    target.setRangeText(lead + put + end, before.length - typed.length, before.length, "end");
    say(`${put} put in`);
  });
