// What scripts add on top of pages that work without them: keys, the palette, a draft that saves itself, the approval.
import { base, check, launch, signIn } from "./browser.mjs";

const browser = await launch();
const context = await browser.newContext({ viewport: { width: 1366, height: 900 } });
const page = await context.newPage();
const wrong = [];
page.on("pageerror", (e) => wrong.push(String(e)));
page.on("console", (m) => m.type() === "error" && wrong.push(m.text()));
await signIn(page);

// g p goes to the providers; / opens the palette, which finds somebody; Escape closes it.
await page.keyboard.press("g");
await page.keyboard.press("p");
await page.waitForURL(`${base}/providers**`);
await page.keyboard.press("/");
await page.waitForSelector("#palette[open]");
await page.keyboard.type("raman");
await page.waitForSelector("#found a");
check((await page.textContent("#found")).includes("Raman"), "the palette finds Dr. Raman");
check(!page.url().includes("raman"), "what was searched is not in the address");
await page.keyboard.press("Escape");
await page.waitForSelector("#palette[open]", { state: "detached" });

// A note saves itself while it is typed, and is there when the page is loaded again.
await page.goto(`${base}/`);
const notes = await page.$$eval("a[href$='/note']", (all) => all.map((a) => new URL(a.href).pathname));
const draft = notes[0];
if (draft) {
  await page.goto(base + draft);
  const field = page.locator("textarea[name=subjective]:not([disabled])");
  if (await field.count()) {
    await field.fill("Typed in a real browser.");
    await page.waitForFunction(() => /saved/i.test(document.querySelector("[data-draft-state]")?.textContent ?? ""), null, { timeout: 10_000 });
    await page.reload();
    check((await field.inputValue()) === "Typed in a real browser.", "the draft came back");
  }
}
check(Boolean(draft), "Today leads to a note that waits");

// In the queue j and k lead from report to report, e to its first words, s asks why it is not sent.
await page.goto(`${base}/reports/next`);
const first = page.url();
const goes = async (key) => {
  const before = page.url();
  await page.keyboard.press(key);
  await page.waitForURL((url) => url.href !== before);
};
await goes("j");
const second = page.url();
await goes("k");
check(page.url() === first && second !== first, "k leads back to where j came from");
// However many wait, the one that is read is in sight, and so is the report itself.
await page.goto(await page.locator("[data-walk] a").last().evaluate((card) => card.href));
const inSight = (selector) => page.locator(selector).first().evaluate((e) => {
  const box = e.getBoundingClientRect();
  return box.top >= 0 && box.top < innerHeight && box.left >= 0 && box.right <= innerWidth;
});
check(await inSight("[data-walk] [aria-current]"), "the card of the report is in sight");
check(await inSight(".panes > section"), "the report begins in sight");
await page.goto(first);
await page.keyboard.press("s");
check(await page.locator("details[open] [name=why]").count(), "s asks why it is not sent");
const words = page.locator("[data-do=edit]");
if (await words.count()) {
  await page.keyboard.press("e");
  check(await page.evaluate(() => document.activeElement.matches("#say textarea, #say input")), "e leads to the words");
  await page.evaluate(() => document.activeElement.blur());
}

// It is read, approved with a, and the next one is shown.
const numbers = page.locator("details:has(.origins)");
check(await numbers.locator("a[href$='/note']").count(), "its numbers lead to their notes");
await goes("a");
check((await page.textContent(".toast")).includes("Approved"), "the approval is said");

// Without scripts: the same search by its form, the same note by its button.
const plain = await browser.newContext({ javaScriptEnabled: false });
const bare = await plain.newPage();
await signIn(bare);
await bare.goto(`${base}/search?q=raman`);
check((await bare.textContent("main")).includes("Raman"), "search works without scripts");
if (draft) {
  await bare.goto(base + draft);
  const field = bare.locator("textarea[name=subjective]:not([disabled])");
  if (await field.count()) check((await field.inputValue()).length > 0, "the note is there without scripts");
}

wrong.forEach((w) => check(false, w));
await browser.close();
console.log("journeys walked");
