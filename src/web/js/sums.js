// The server knows how a deposit ties; the page asks while it is typed. <form data-sums="/payments/lay-out" data-swap="#ties">
import { ask, calmly, one } from "./page.js";

const sums = calmly(async (signal, form) => {
  const { sums: url, swap } = form.dataset;
  const body = new FormData(form);
  for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
  const headers = { "X-Fragment": swap.slice(1) };
  const answer = await ask(url, { method: "POST", body: new URLSearchParams(body), headers, signal }).catch(() => null);
  if (!answer?.ok) return; // posting computes them anyway
  const fresh = one(swap, new DOMParser().parseFromString(await answer.text(), "text/html"));
  if (fresh) one(swap).replaceWith(fresh);
});

addEventListener("input", ({ target: { form } }) => form?.dataset.sums && sums(form));
