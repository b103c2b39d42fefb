// <dialog id="session" data-ms data-max data-keep data-csrf> warns two minutes before the end. To close it is to stay.
import { again, ask, one } from "./page.js";

const dialog = one("#session");
if (dialog) watch(dialog.dataset);

function watch({ ms, max, keep, csrf }) {
  const tabs = new BroadcastChannel("session"); // life in one tab is life in all
  const last = Date.now() + Number(max ?? Infinity); // nothing extends the whole session
  const ending = () => end - Date.now() <= 120000;
  let end, asked, typed, warned;

  function extend(to) {
    end = to;
    if (!ending()) dialog.close();
  }
  function alive() {
    asked = Date.now();
    typed = false;
    extend(Math.min(asked + Number(ms), last));
    tabs.postMessage(end);
  }
  async function stay() {
    asked = Date.now();
    const answer = await ask(keep, { method: "POST", headers: { "X-CSRF-Token": csrf } }).catch(() => null);
    if (!answer) warned = 0; // no network: warn again
    else if (!answer.ok) lock();
  }

  // The server locks; the screen is emptied, and draft.js lets go of a hidden body.
  function lock() {
    clearInterval(clock);
    document.body.hidden = true;
    again();
  }

  // A clock, not one long timer: a laptop may sleep in between.
  const clock = setInterval(() => {
    const left = end - Date.now();
    if (left <= 0) return lock();
    if (typed && Date.now() - asked > 60000) stay();
    if (!ending()) return;
    if (warned !== end && !dialog.open) dialog.showModal();
    warned = end;
    one("[data-left]", dialog).textContent = new Date(left).toISOString().slice(15, 19);
  }, 1000);

  tabs.onmessage = ({ data }) => extend(data);
  addEventListener("alive", alive);
  addEventListener("input", () => (typed = true));
  dialog.addEventListener("close", () => ending() && stay());
  alive();
}
