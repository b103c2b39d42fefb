// A toast stays until dismissed or the next page.
import { all, one, say } from "./page.js";

for (const button of all("[data-dismiss]")) button.hidden = false; // it needs this file
addEventListener("click", ({ target }) => {
  const button = target.closest("[data-dismiss]");
  if (button) button.closest(".toast, .banner").hidden = true;
});

// What is on the page from the start is not announced, so it is said again.
const toast = one(".toast > :first-child");
if (toast) setTimeout(say, 500, toast.textContent);
