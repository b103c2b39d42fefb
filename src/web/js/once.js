// What changes something is sent once, unless it answers with a download (data-again) or in a tab (target, formtarget).
import { all, say } from "./page.js";

addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (event.defaultPrevented || form.method !== "post" || form.target || submitter?.formTarget || "again" in form.dataset) return;
  if ("sent" in form.dataset) return event.preventDefault();
  form.dataset.sent = "";
  if (submitter) submitter.ariaDisabled = "true";
  say("Working");
});

// Back brings a page as it was left.
addEventListener("pageshow", () => {
  for (const form of all("form[data-sent]")) {
    delete form.dataset.sent;
    for (const control of form.elements) control.ariaDisabled = null;
  }
});
