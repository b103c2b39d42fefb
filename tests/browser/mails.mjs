// What a doctor sees: one mail of each kind, as wide as a phone and as a mail program on a laptop, light and dark, and the pages behind its
// links. No axe violation, no sideways scroll, nothing loaded from anywhere. TRIBUTARY_PICTURES names a folder that keeps the pictures.
import { join } from "node:path";
import { violations } from "./axe.mjs";
import { base, check, launch, signIn } from "./browser.mjs";

const pictures = process.env.TRIBUTARY_PICTURES;
const browser = await launch();
const context = await browser.newContext({ bypassCSP: true });
const page = await context.newPage();
await signIn(page);

/** Their ids by what they are, one of each; the pages of mails go on for as long as there are older ones. */
async function mails() {
  const found = new Map();
  let next = "/mails";
  for (let n = 0; next && n < 40; n += 1) {
    await page.goto(base + next);
    for (const [link, words] of await page.$$eval("main a[href^='/mails/']", (all) => all.map((a) => [a.getAttribute("href"), (a.closest("tr, li") ?? a).innerText]))) {
      const id = /^\/mails\/([0-9a-f-]{36})$/.exec(link)?.[1];
      const kind = kinds.find((k) => words.includes(k));
      if (id && kind && !found.has(kind) && (await context.request.get(`${base}/mails/${id}/message.html`)).ok()) found.set(kind, id);
    }
    next = await page.$eval("main a[href*='cursor=']", (a) => a.getAttribute("href")).catch(() => null);
  }
  return found;
}

const kinds = ["Progress report", "Initial report", "Renewal request", "Discharge", "Thank", "Lost referral", "Monthly summary", "Introduction", "link", "code"];
const found = await mails();
check(found.size >= 4, `only ${[...found.keys()]} were found`);

let looked = 0;
async function look(page, what, width, colorScheme, without) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  check(wide <= width, `${what} at ${width}: ${wide} wide`);
  (await violations(page, without)).forEach((v) => check(false, `${what} ${width} ${colorScheme}: ${v}`));
  if (pictures) await page.screenshot({ path: join(pictures, `${what.toLowerCase().replaceAll(/\W+/g, "-")}-${width}-${colorScheme}.png`), fullPage: true });
  looked += 1;
}

const texts = [];
for (const [kind, id] of found) {
  const answer = await context.request.get(`${base}/mails/${id}/file`);
  texts.push(await answer.text());
}
const tokens = (path) => new Set(texts.flatMap((t) => [...t.replaceAll("=\r\n", "").matchAll(new RegExp(`${path}/([\\w-]{20,})`, "g"))].map((m) => m[1])));
// Behind a link that opens, and behind one that does not.
const visited = [["a link", `/r/${[...tokens("/r")][0] ?? "x"}`], ["no link", "/r/nothing"], ["a stop", `/stop/${[...tokens("/stop")][0] ?? "x"}`], ["no stop", "/stop/nothing"]];

for (const width of [390, 700]) {
  for (const colorScheme of ["light", "dark"]) {
    const mine = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true, storageState: await context.storageState() });
    const reader = await mine.newPage();
    const asked = [];
    reader.on("request", (r) => asked.push(r.url()));
    for (const [kind, id] of found) {
      asked.length = 0;
      await reader.goto(`${base}/mails/${id}/message.html`);
      check(asked.length === 1, `${kind} loads ${asked.slice(1)}`);
      // A mail is a table of its own kind and has no landmarks.
      await look(reader, kind, width, colorScheme, ["region", "landmark-one-main", "page-has-heading-one"]);
    }
    for (const [what, path] of visited) {
      await reader.goto(base + path);
      await look(reader, what, width, colorScheme, []);
    }
    await mine.close();
  }
}
await browser.close();
console.log(`${looked} looks at ${[...found.keys()].join(", ")} and the pages behind their links`);
