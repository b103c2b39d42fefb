// Every page that tests/it/rights_pages.tsv names, laptop and phone, light and dark: no axe violation, no console error, no failed request,
// no sideways scroll.
import { readFileSync } from "node:fs";
import { violations } from "./axe.mjs";
import { base, check, launch, signIn } from "./browser.mjs";
import { begin } from "./practice.mjs";
import { makeWhatIsRare } from "./rare.mjs";

const table = readFileSync(new URL("../it/rights_pages.tsv", import.meta.url), "utf8");
const named = [...table.matchAll(/^GET (\S+)/gm)].map(([, path]) => path);
// What is no page, and what is looked at elsewhere.
const apart = [
  /\.(pdf|csv)$|\/(proof|file|raw|content|errors)$|^\/(documents|letters)\/:id$|^\/claims\/alignment$/, // a file
  /\/(find|units)$/, // words for a page that stands already
  /\/message\.html$|^\/r\/|^\/stop\//, // mails.mjs
  /^\/reports\/next$/, // leads on to a report
];
const expected = named.filter((path) => !apart.some((kind) => kind.test(path)));
// Nobody is signed in there.
const outside = ["/login", "/setup"];
// These show something only when they are asked for it: the links of other pages ask.
const asked = ["/what-pays/rows", "/what-pays/payers/claims"];
const isRecord = (path) => path.includes(":") || asked.includes(path);
const starts = expected.filter((path) => !isRecord(path) && !outside.includes(path)).map((path) => (path === "/search" ? "/search?q=raman" : path));
const kinds = expected.filter(isRecord).map((path) => [path, new RegExp(`^${path.replaceAll(/:\w+/g, "[0-9a-f-]{36}")}$`)]);

/** One page of each kind, found by the links of the others. */
async function pagesOf(page, rare) {
  const found = new Map();
  const queue = [rare, ...starts];
  while (queue.length && found.size < kinds.length) {
    await page.goto(base + queue.shift());
    const links = await page.$$eval("a[href]", (all) => all.map((a) => new URL(a.getAttribute("href"), location.href)).map(({ pathname, search }) => [pathname, search]));
    for (const [pathname, search] of links) {
      const kind = kinds.find(([, looks]) => looks.test(pathname))?.[0];
      if (!kind || found.has(kind)) continue;
      found.set(kind, pathname + search);
      queue.unshift(pathname + search);
    }
  }
  kinds.forEach(([kind]) => check(found.has(kind), `no link leads to a page like ${kind}`));
  return [...starts, ...found.values()];
}

/** What is wrong with a page on paper: it shows its content, dark on white, and nothing that one clicks. */
const onPaper = (page) =>
  page.evaluate(() => {
    const shown = (element) => element.checkVisibility() && element.getBoundingClientRect().height > 1;
    const wrong = [...document.querySelectorAll("nav.side, .tabbar, .btn, .toast, dialog")].filter(shown).map((e) => `${e.tagName} ${e.className} is shown`);
    const main = document.querySelector("main");
    if (!main || !shown(main)) wrong.push("no content");
    const light = (color) => color.match(/[\d.]+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) > 380;
    const paper = getComputedStyle(document.body).backgroundColor;
    if (!/, 0\)$/.test(paper) && !light(paper)) wrong.push(`the paper is ${paper}`);
    const ink = getComputedStyle(main ?? document.body).color;
    if (/^rgb/.test(ink) && light(ink)) wrong.push(`the ink is ${ink}`);
    return wrong;
  });

const browser = await launch();
const scout = await browser.newPage();
await signIn(scout);
const rare = await makeWhatIsRare(scout);
const pages = await pagesOf(scout, rare);
await scout.close();
const fresh = await begin();

let looked = 0;
for (const [size, width, height] of [["laptop", 1366, 900], ["phone", 390, 844]]) {
  for (const colorScheme of ["light", "dark"]) {
    // axe is not ours and the policy of the pages keeps it out, so it comes in around the policy.
    const context = await browser.newContext({ viewport: { width, height }, colorScheme, bypassCSP: true });
    const page = await context.newPage();
    let wrong = [];
    page.on("console", (m) => m.type() === "error" && wrong.push(m.text()));
    page.on("pageerror", (e) => wrong.push(String(e)));
    // The browser's own reader of a scan loads parts of itself, and who leaves meanwhile sees them fail.
    page.on("requestfailed", (r) => !r.url().startsWith("chrome-extension:") && wrong.push(`${r.url()} failed`));
    const look = async (address) => {
      wrong = [];
      const answer = await page.goto(address, { waitUntil: "load" });
      const where = `${new URL(address).pathname} ${size} ${colorScheme}`;
      if (await page.$("iframe, object, embed")) await page.waitForLoadState("networkidle");
      check(answer.status() === 200, `${where}: ${answer.status()}`);
      // Tall, so that no bar that sticks to the window lies over a field while sizes are measured.
      await page.setViewportSize({ width, height: 3000 });
      (await violations(page)).forEach((v) => check(false, `${where}: ${v}`));
      wrong.forEach((w) => check(false, `${where}: ${w}`));
      for (const narrow of size === "phone" ? [390, 320] : [1366, 1024]) {
        await page.setViewportSize({ width: narrow, height });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        check(wide <= narrow, `${where}: scrolls sideways at ${narrow} (${wide})`);
      }
      await page.setViewportSize({ width, height });
      if (size === "laptop" && colorScheme === "dark") {
        await page.emulateMedia({ media: "print" });
        (await onPaper(page)).forEach((wrong) => check(false, `${where}, printed: ${wrong}`));
        await page.emulateMedia({ media: "screen" });
      }
      looked += 1;
    };
    await look(fresh.link);
    await look(`${base}/login`);
    await signIn(page);
    for (const path of pages) await look(base + path);
    await context.close();
  }
}
await fresh.end();
await browser.close();
console.log(`${looked} pages looked at`);
