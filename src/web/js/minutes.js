// The server knows how minutes become units; the page only asks. <form data-preview="/visits/9/units">
import { all, ask, calmly } from "./page.js";

const preview = calmly(async (signal, form) => {
  const minutes = all("[data-minutes]", form).map(({ name, value }) => [name, value]);
  const answer = await ask(`${form.dataset.preview}?${new URLSearchParams(minutes)}`, { signal }).catch(() => null);
  if (!answer?.ok) return; // saving computes them anyway
  const units = await answer.json();
  for (const cell of all("[data-units]", form)) cell.textContent = units[cell.dataset.units] ?? "";
});

addEventListener("input", ({ target }) => "minutes" in target.dataset && preview(target.form));
