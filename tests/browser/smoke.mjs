// Every kind of page, laptop and phone, light and dark: no axe violation, no console error, no failed request, no sideways scroll.
import { violations } from "./axe.mjs";
import { base, check, launch, signIn } from "./browser.mjs";

const starts = [
  "/", "/referrals", "/referrals/new", "/providers", "/providers/new", "/organizations", "/organizations/new", "/activities/new",
  "/patients", "/patients/new", "/visits", "/visits/new", "/alerts", "/claims", "/payments", "/payments/files", "/payments/refund", "/payments/new", "/payments/patient", "/payers", "/payers/new", "/payers/directory", "/partners", "/partners/new", "/claims/batches", "/claims/answers", "/claims/underpaid", "/claims/secondary", "/exchange", "/what-pays/payers",
  "/reports", "/reports/new", "/sign-backs", "/standing-approvals", "/mails", "/mails/bounces", "/wrong-recipients", "/note-texts", "/note-texts/new", "/owner-report", "/what-pays", "/imports", "/imports/new", "/search?q=raman", "/help", "/account",
  "/settings", "/settings/practice", "/settings/therapists", "/settings/locations", "/settings/locations/new", "/settings/fees", "/settings/users", "/settings/users/new", "/settings/therapists/new", "/settings/audit",
];
// One page of each kind that has an id in its address.
const kinds = [
  /^\/referrals\/[0-9a-f-]{36}$/, /^\/providers\/[0-9a-f-]{36}$/, /^\/organizations\/[0-9a-f-]{36}$/, /^\/patients\/[0-9a-f-]{36}$/,
  /^\/visits\/[0-9a-f-]{36}$/, /^\/visits\/[0-9a-f-]{36}\/note$/, /^\/claims\/[0-9a-f-]{36}$/, /^\/payments\/[0-9a-f-]{36}$/,
  /^\/payers\/[0-9a-f-]{36}$/, /^\/reports\/[0-9a-f-]{36}$/, /^\/prescriptions\/[0-9a-f-]{36}$/,
  /^\/imports\/[0-9a-f-]{36}$/, /^\/partners\/[0-9a-f-]{36}$/, /^\/claims\/batches\/[0-9a-f-]{36}$/, /^\/claims\/answers\/[0-9a-f-]{36}$/,
  /^\/payments\/files\/[0-9a-f-]{36}$/, /^\/mails\/[0-9a-f-]{36}$/, /^\/sign-backs\/[0-9a-f-]{36}$/,
  /^\/referrals\/[0-9a-f-]{36}\/edit$/, /^\/providers\/[0-9a-f-]{36}\/edit$/, /^\/patients\/[0-9a-f-]{36}\/edit$/,
  /^\/organizations\/[0-9a-f-]{36}\/edit$/, /^\/coverages\/[0-9a-f-]{36}\/edit$/, /^\/referrals\/[0-9a-f-]{36}\/prescriptions\/new$/,
  /^\/patients\/[0-9a-f-]{36}\/coverages\/new$/, /^\/patients\/[0-9a-f-]{36}\/statements$/, /^\/patients\/[0-9a-f-]{36}\/private-notes$/,
  /^\/payers\/[0-9a-f-]{36}\/edit$/, /^\/payers\/[0-9a-f-]{36}\/sheet$/, /^\/payers\/[0-9a-f-]{36}\/try$/,
  /^\/settings\/users\/[0-9a-f-]{36}$/, /^\/settings\/therapists\/[0-9a-f-]{36}$/, /^\/settings\/locations\/[0-9a-f-]{36}$/,
  /^\/note-texts\/[0-9a-f-]{36}$/, /^\/claims\/[0-9a-f-]{36}\/letter$/, /^\/payments\/events\/[0-9a-f-]{36}$/,
];

async function pagesOf(page) {
  const found = new Map();
  const queue = [...starts];
  while (queue.length && found.size < kinds.length) {
    await page.goto(base + queue.shift());
    const links = await page.$$eval("a[href]", (all) => all.map((a) => new URL(a.getAttribute("href"), location.href).pathname));
    for (const link of links) {
      const kind = kinds.findIndex((k) => k.test(link));
      if (kind >= 0 && !found.has(kind)) {
        found.set(kind, link);
        queue.unshift(link);
      }
    }
  }
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
const pages = await pagesOf(scout);
await scout.close();
check(pages.length > starts.length + 8, `only ${pages.length - starts.length} kinds of records were found by links`);

let looked = 0;
for (const [size, width, height] of [["laptop", 1366, 900], ["phone", 390, 844]]) {
  for (const colorScheme of ["light", "dark"]) {
    // axe is not ours and the policy of the pages keeps it out, so it comes in around the policy.
    const context = await browser.newContext({ viewport: { width, height }, colorScheme, bypassCSP: true });
    const page = await context.newPage();
    let wrong = [];
    page.on("console", (m) => m.type() === "error" && wrong.push(m.text()));
    page.on("pageerror", (e) => wrong.push(String(e)));
    page.on("requestfailed", (r) => wrong.push(`${r.url()} failed`));
    await signIn(page);
    for (const path of pages) {
      wrong = [];
      const answer = await page.goto(base + path, { waitUntil: "load" });
      const where = `${path} ${size} ${colorScheme}`;
      // The browser's reader of a scan loads parts of its own: who leaves meanwhile sees them fail.
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
    }
    await context.close();
  }
}
await browser.close();
console.log(`${looked} pages looked at`);
