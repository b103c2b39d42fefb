// How tolerant fields were understood, told by the server that will read them: <form data-echo="/referrals/new/echo">
import { all, ask, calmly, make, one } from "./page.js";

const echo = calmly(async (signal, form) => {
  const words = [...new FormData(form)].filter(([, value]) => typeof value === "string"); // no files
  const answer = await ask(form.dataset.echo, { method: "POST", body: new URLSearchParams(words), signal }).catch(() => null);
  if (!answer?.ok) return; // saving says it anyway
  const said = await answer.json();
  for (const field of all(".field", form)) {
    const text = all("[name]", field).map(({ name }) => said[name]).find(Boolean) ?? "";
    const line = one(".echo", field) ?? (text && field.appendChild(make("p", { className: "echo" })));
    if (line) line.textContent = text;
  }
});

// A scan is shown beside the form at once; data-send names the button that does it.
addEventListener("change", ({ target }) => {
  const { form, dataset } = target;
  if (dataset.send && target.value) return one(`[value="${dataset.send}"]`)?.click();
  if (form?.dataset.echo) echo(form);
});
