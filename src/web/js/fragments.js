// data-live="#list" on a form or link: fetch its own URL, swap that element. The URL is a whole page too.
import { again, ask, one, plain, say } from "./page.js";

let flight, timer;

// Quiet: not into the history, since it may hold a name.
async function swap(url, list, quiet) {
  flight?.abort();
  const { signal } = (flight = new AbortController());
  const old = one(list);
  old.ariaBusy = "true";
  try {
    const answer = await ask(url, { headers: { "X-Fragment": list.slice(1) }, signal });
    if (quiet && answer.type === "opaqueredirect") return again();
    const text = answer.ok ? await answer.text() : "";
    const fresh = one(list, new DOMParser().parseFromString(text, "text/html"));
    if (!fresh) throw answer;
    const focused = old.contains(document.activeElement);
    old.replaceWith(fresh);
    if (focused) (fresh.tabIndex = -1), fresh.focus();
    if (!quiet) history.replaceState(null, "", url);
    say(fresh.dataset.say ?? "");
    dispatchEvent(new Event("swapped"));
    return fresh;
  } catch {
    if (signal.aborted) return;
    if (!quiet) return location.assign(url);
    old.ariaBusy = "false";
    say((old.textContent = "No answer. Try again."));
  }
}

export function refresh(form) {
  clearTimeout(timer);
  const url = new URL(form.getAttribute("action") ?? "", location);
  url.search = new URLSearchParams([...new FormData(form)].filter(([name]) => name !== "csrf"));
  return swap(url, form.dataset.live, form.dataset.push === "no");
}

addEventListener("input", ({ target: { form } }) => {
  if (!form?.dataset.live) return;
  clearTimeout(timer);
  timer = setTimeout(refresh, 160, form);
});
// Enter opens what alone carries the number.
addEventListener("submit", async (event) => {
  if (!event.target.dataset.live) return;
  event.preventDefault();
  const { only } = (await refresh(event.target))?.dataset ?? {};
  if (only) location.assign(only);
});
addEventListener("click", (event) => {
  const link = event.target.closest("a[data-live]");
  if (!link || !plain(event)) return;
  event.preventDefault();
  swap(link.href, link.dataset.live);
});
