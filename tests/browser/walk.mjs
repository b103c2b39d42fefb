// The walk of docs/guide/first-steps.md by its words alone: from the link that sets up an empty practice to a report in the mail folder, with
// scripts and without. TRIBUTARY names the program; it is started here with a data folder of its own, and stopped by its own number.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check, launch } from "./browser.mjs";

const program = process.env.TRIBUTARY;
if (!program) throw new Error("TRIBUTARY is not set: name the program, like target/debug/tributary");

/** A practice that nobody has set up: the program, its folder, and the link that it prints. */
async function begin() {
  const data = mkdtempSync(join(tmpdir(), "tributary-walk-"));
  const server = spawn(program, ["serve", "--data", data, "--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise((done) => server.on("exit", done));
  const link = await new Promise((found, failed) => {
    let printed = "";
    server.stdout.on("data", (part) => {
      printed += part;
      const said = /set up your practice at (\S+)\s+listening on/.exec(printed);
      if (said) found(said[1]);
    });
    ended.then((code) => failed(new Error(`the program ended with ${code}: ${printed}`)));
  });
  const end = async () => {
    server.kill();
    await ended;
    rmSync(data, { recursive: true });
  };
  return { data, link, end };
}

/** Types into fields by their labels; of a list one of its words is chosen. */
async function fill(page, fields) {
  for (const [label, value] of Object.entries(fields)) {
    const field = page.locator("main").getByLabel(label).first();
    if (await field.evaluate((e) => e.tagName === "SELECT")) await field.selectOption({ label: value });
    else await field.fill(value);
  }
}

/** Presses a button or follows a link of the page, and waits for what is behind it. */
async function press(page, name, role = "button") {
  await Promise.all([page.waitForEvent("load"), page.locator("main").getByRole(role, { name }).first().click()]);
}

async function menu(page, name) {
  await Promise.all([page.waitForEvent("load"), page.locator("nav, aside, header").getByRole("link", { name }).first().click()]);
}

async function add(page, name) {
  await page.getByRole("button", { name: "Add", exact: true }).first().click();
  await Promise.all([page.waitForEvent("load"), page.locator("#add").getByRole("link", { name }).click()]);
}

async function settings(page, name) {
  await menu(page, /Settings/);
  await press(page, name, "link");
}

const walk = [
  ["1. and 2. the practice", async (page, { link }) => {
    await page.goto(link);
    await fill(page, { "Your name": "Ana Brooks", Email: "ana@brooks.example", Password: "quiet river stone", "Your credential": "LMT", "Name of the practice": "Brooks Massage" });
    await page.getByLabel("I treat patients myself").check();
    await press(page, "Set up and sign in");
    check((await page.locator(".begin .btn").count()) === 4, "Today shows four first steps");
    await settings(page, /^Practice/);
    await fill(page, { Phone: "206-555-0100", Street: "12 Alder Way", City: "Seattle", State: "WA", ZIP: "98101" });
    await press(page, "Save the practice");
    await settings(page, /^Fees/);
    await fill(page, { Code: "97140", "Charge per unit": "40" });
    await press(page, "Set the fee");
  }],
  ["3. a doctor", async (page) => {
    await add(page, "Provider");
    await fill(page, { "First name": "Priya", "Last name": "Raman", "Email": "front@raman.example" });
    await press(page, "Add provider");
    await page.getByText("Mark an address as verified").click();
    await fill(page, { How: "Read back by phone" });
    await press(page, "Mark as verified");
    check((await page.textContent("#addresses")).includes("Verified by phone"), "the address is verified");
  }],
  ["4. a payer", async (page) => {
    await settings(page, /^Payers and rules/);
    await press(page, "Add a payer", "link");
    await fill(page, { Name: "Cascade Health", "Kind of insurance": "Health plan" });
    await press(page, "Add the payer");
    await fill(page, { "Holds from": "1/1/2026", "How units are counted": "8-minute rule, all timed minutes of the day together", "Is an order needed?": "Yes", "To send a claim": "90" });
    await press(page, "Keep this version");
  }],
  ["5. a referral", async (page) => {
    await add(page, "Referral");
    await fill(page, { "The doctor": "Raman", "First name": "Lena", "Last name": "Hart", "Birth date": "4/5/1980", "Insurer or patient": "Cascade Health", "What for": "Neck pain", "Diagnosis on the slip": "M54.2", Visits: "12", "Signed on": "yesterday", "Treatment ordered": "97140" });
    await press(page, "Save referral");
    check((await page.textContent("main")).includes("Visits 1 to 12 are covered"), "twelve visits are covered");
  }],
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
    await press(page, "Progress report");
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
