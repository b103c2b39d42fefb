// What a therapist types survives: the power going between two saves, a lost network, a second tab, the end of the session.
import { check, launch } from "./browser.mjs";
import { beginnings, begin, fill, press } from "./practice.mjs";

const listen = `127.0.0.1:${20_000 + Math.floor(Math.random() * 20_000)}`;
const first = await begin(undefined, listen);
const browser = await launch();
const context = await browser.newContext({ viewport: { width: 820, height: 1180 } });
const page = await context.newPage();
page.setDefaultTimeout(20_000);
page.on("pageerror", (e) => check(false, String(e)));
page.on("dialog", (d) => d.accept());

const field = (of) => of.locator("textarea[name=subjective]");
const says = (of, words) => of.waitForFunction((w) => document.querySelector("[data-draft-state]").textContent.includes(w), words);
const again = () => begin(first.data, listen, /listening on (\S+)/);
let running = first;

try {
  for (const [, take] of beginnings) await take(page, first);
  await press(page, "Add a visit", "link");
  await press(page, "Save, write the note");
  const note = page.url();

  // The power goes between two saves: the page says so, keeps what was typed, and saves it when the server is back.
  await field(page).fill("Stiff neck.");
  await says(page, "Draft saved");
  await field(page).pressSequentially(" Slept badly");
  await running.cut();
  await says(page, "Not saved. Trying again.");
  await field(page).pressSequentially(" since Friday.");
  running = await again();
  await says(page, "Draft saved");
  await page.reload();
  check((await field(page).inputValue()) === "Stiff neck. Slept badly since Friday.", "what was typed while the server was away is there");

  // The power goes for the tablet, too: what the page called saved is there.
  await field(page).fill("Saved before the dark.");
  await says(page, "Draft saved");
  await running.cut();
  await page.close({ runBeforeUnload: false });
  running = await again();
  const after = await context.newPage();
  after.setDefaultTimeout(20_000);
  after.on("dialog", (d) => d.accept());
  await after.goto(note);
  check((await field(after).inputValue()) === "Saved before the dark.", "a saved draft outlives both");

  // No network, and back.
  await context.setOffline(true);
  await field(after).fill("Typed in the cellar.");
  await says(after, "Not saved. Trying again.");
  await context.setOffline(false);
  await says(after, "Draft saved");

  // Two tabs: the second to save is told, and pressing the button shows both texts.
  const other = await context.newPage();
  await other.goto(note);
  await field(other).fill("From the other tab.");
  await says(other, "Draft saved");
  await field(after).fill("From the first tab.");
  await says(after, "saved in another tab");
  await after.getByRole("button", { name: "Keep draft" }).last().click();
  await after.waitForSelector("table.clash");
  const clash = await after.textContent("table.clash");
  check(clash.includes("From the other tab.") && clash.includes("From the first tab."), "both texts are shown");
  check((await field(after).inputValue()) === "From the first tab.", "and what was typed stays in the form");
  await other.close();

  // Numbers alone in two tabs are a clash as well.
  await after.getByRole("button", { name: "Keep draft" }).last().click();
  await after.waitForLoadState();
  const third = await context.newPage();
  await third.goto(note);
  await third.fill("[name='measures[0][value]']", "5");
  await says(third, "Draft saved");
  await after.fill("[name='measures[0][value]']", "6");
  await says(after, "saved in another tab");
  await third.close();

  // The session ends: the words leave the screen, and the password leads back to them.
  const draft = await context.newPage();
  draft.on("dialog", (d) => d.accept());
  await draft.goto(note);
  await field(draft).fill("Kept through the lock.");
  await says(draft, "Draft saved");
  await context.clearCookies();
  await field(draft).pressSequentially(" More");
  await says(draft, "Signed out. Your last saved draft is kept.");
  await draft.getByRole("link", { name: "Sign in" }).click();
  await draft.waitForSelector("[name=password]");
  check(!(await draft.textContent("body")).includes("Kept through"), "the locked page shows nothing of the note");
  await fill(draft, { Email: "ana@brooks.example", Password: "quiet river stone" });
  await draft.click("main button.primary");
  await draft.waitForSelector("textarea[name=subjective]");
  check((await field(draft).inputValue()) === "Kept through the lock.", "the password leads back to the draft");

  // A finger on the body chart, and a key; a snippet that is typed.
  await draft.locator("details.bodymap summary").click();
  await draft.getByLabel("Top of the shoulder, right").first().click();
  await draft.getByRole("textbox", { name: "Top of the shoulder, right" }).fill("tight");
  await draft.getByRole("checkbox", { name: "Jaw, left" }).focus();
  await draft.keyboard.press("Space");
  check((await draft.locator(".spots li:not([hidden])").count()) === 2, "each mark asks for its word");
  await says(draft, "Draft saved");
  await draft.reload();
  check(await draft.getByRole("checkbox", { name: "Jaw, left" }).isChecked(), "marks are saved with the draft");
} catch (e) {
  check(false, `${e.message}\n${e.stack}`);
}
await browser.close();
await running.end();
console.log("drafts kept");
