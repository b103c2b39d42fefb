export const one = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];
export const make = (tag, properties) => Object.assign(document.createElement(tag), properties);

// For those who cannot see the change.
export function say(text) {
  const live = one("#live");
  if (live) live.textContent = text;
}

// A redirect means "signed out", so it is not followed. "alive" is for session.js.
export async function ask(url, options) {
  const answer = await fetch(url, { redirect: "manual", ...options });
  if (answer.ok) dispatchEvent(new Event("alive"));
  return answer;
}

// After a pause in typing; a newer question ends the older one.
export function calmly(job) {
  let timer, flight;
  return (...given) => {
    clearTimeout(timer);
    flight?.abort();
    flight = new AbortController();
    timer = setTimeout(job, 160, flight.signal, ...given);
  };
}

// reload() would send a form a second time.
export const again = () => location.replace(location.pathname + location.search);

// A click with a key held is meant for the browser.
export const plain = (click) => !(click.metaKey || click.ctrlKey || click.shiftKey);
