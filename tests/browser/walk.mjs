// The walk of docs/guide/first-steps.md by its words alone: from the link that sets up an empty practice to a report in the mail folder, with
// scripts and without.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { check, launch } from "./browser.mjs";
import { beginnings, begin, fill, menu, press } from "./practice.mjs";

const walk = [
  ...beginnings,
  ["6. a visit and its note", async (page) => {
    await press(page, "Add a visit", "link");
    await press(page, "Save, write the note");
    await fill(page, { "In the patient’s words": "Stiff neck since she moved house.", "Pain now": "7", "Touch, posture, tests": "Left side tight.", "Minutes of Manual": "53", "Home care and plan": "Heat at home." });
    await press(page, "Sign note");
    check((await page.textContent("main h1 + .chip, main .who")).includes("Signed"), "the note is signed");
  }],
  ["7. the report", async (page) => {
    await menu(page, /^Reports/);
    await press(page, "Write a report", "link");
    await fill(page, { "Letter about Lena Hart": "Progress report" });
    await press(page, "Write");
    await fill(page, { "First line": "One visit so far, and she turns further to the left." });
    await press(page, "Save the words");
    check((await page.textContent(".mail")).includes("front@raman.example"), "the page shows to whom it goes");
    await press(page, "Approve");
  }],
  ["8. it was sent", async (page, { data }) => {
    let mails = [];
    for (let tries = 0; tries < 100 && mails.length === 0; tries += 1) {
      await page.waitForTimeout(100);
      mails = readdirSync(data).includes("mail") ? readdirSync(join(data, "mail")).filter((n) => n.endsWith(".eml")) : [];
    }
    check(mails.length === 1, `${mails.length} mails were written`);
    const mail = readFileSync(join(data, "mail", mails[0]), "utf8");
    const subject = /^Subject: (.*)$/m.exec(mail)[1];
    check(/^To: front@raman\.example$/m.test(mail) && !subject.includes("Hart"), "one recipient, and no name in the subject");
    check(mail.includes("One visit so far, and she turns further to the left."), "the words arrived");
    await menu(page, /^Reports/);
    await press(page, /^Sent/, "link");
    await press(page, "Lena Hart", "link");
    check((await page.textContent("main")).includes("Written to the mail folder"), "the report's page says where it went");
  }],
];

const browser = await launch();
for (const javaScriptEnabled of [true, false]) {
  const practice = await begin();
  const context = await browser.newContext({ viewport: { width: 1366, height: 900 }, javaScriptEnabled });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on("pageerror", (e) => check(false, String(e)));
  page.on("response", (r) => check(r.status() < 400, `${new URL(r.url()).pathname}: ${r.status()}`));
  let step = "";
  try {
    for (const [name, take] of walk) {
      step = name;
      await take(page, practice);
    }
  } catch (e) {
    check(false, `${step}, ${javaScriptEnabled ? "with" : "without"} scripts, at ${new URL(page.url()).pathname}: ${e.message}\n${await page.innerText("main").catch(() => "")}`);
  }
  await context.close();
  await practice.end();
}
await browser.close();
console.log("first steps walked");
