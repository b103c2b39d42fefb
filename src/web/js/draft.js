// Drafts live on the server, never in the browser: the next person at this desk must not find them.
import { all, ask, make, one, say } from "./page.js";

all("form[data-draft]").forEach(keep);

function keep(form) {
  const state = one("[data-draft-state]");
  let dirty, stopped, saving, timer, wait;

  const later = (ms) => (clearTimeout(timer), (timer = setTimeout(save, ms)));
  function tell(text, aloud) {
    state.textContent = text;
    if (aloud) say(text);
  }
  function stop(text) {
    dirty = stopped = true;
    tell(text, true);
  }

  // One at a time, or the second would clash with the version of the first.
  function save() {
    if (dirty && !stopped) saving ??= send().finally(() => ((saving = null), dirty && later(wait)));
  }

  async function send() {
    dirty = false;
    const words = [...new FormData(form)].filter(([, value]) => typeof value === "string"); // no files
    try {
      // keepalive outlives the page but is limited to 64 KB
      const body = new URLSearchParams(words);
      const answer = await ask(form.dataset.draft, { method: "POST", body, keepalive: document.hidden });
      if (answer.status === 409) return stop((await answer.json()).message);
      if (answer.status === 401 || answer.type === "opaqueredirect") {
        stop("Signed out. Your last saved draft is kept. ");
        return state.append(make("a", { href: location.pathname, textContent: "Sign in" }));
      }
      if (!answer.ok) throw answer;
      const { version, message } = await answer.json();
      if (version !== undefined) form.elements.version.value = version;
      wait = 1500;
      if (!dirty) tell(message);
    } catch {
      dirty = true;
      wait = wait >= 5000 ? Math.min(wait * 2, 60000) : 5000;
      tell("Not saved. Trying again.", true);
    }
  }

  form.addEventListener("input", () => {
    dirty = true;
    if (!stopped) tell("Typing"), later(1500);
  });
  // During a save the form still carries the version before it.
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    dirty = false;
    if (!saving) return;
    event.preventDefault();
    await saving;
    form.requestSubmit(event.submitter);
  });
  addEventListener("visibilitychange", () => document.hidden && save());
  addEventListener("beforeunload", (event) => (dirty || saving) && !document.body.hidden && event.preventDefault());
}
