// A practice of its own for one browser test: the program on an empty folder, and the first steps of the guide by their words.
// TRIBUTARY names the program; it is started here with a data folder of its own, and stopped by its own number.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check } from "./browser.mjs";

const program = process.env.TRIBUTARY;
if (!program) throw new Error("TRIBUTARY is not set: name the program, like target/debug/tributary");

/** A practice that nobody has set up: the program, its folder, and the link that it prints. */
export async function begin(data = mkdtempSync(join(tmpdir(), "tributary-walk-")), listen = "127.0.0.1:0", says = /set up your practice at (\S+)\s+listening on/) {
  const server = spawn(program, ["serve", "--data", data, "--listen", listen], { stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise((done) => server.on("exit", done));
  const link = await new Promise((found, failed) => {
    let printed = "";
    server.stdout.on("data", (part) => {
      printed += part;
      const said = says.exec(printed);
      if (said) found(said[1]);
    });
    ended.then((code) => failed(new Error(`the program ended with ${code}: ${printed}`)));
  });
  const end = async () => {
    server.kill();
    await ended;
    rmSync(data, { recursive: true });
  };
  /** The power goes: nothing is said, nothing is finished. */
  const cut = async () => {
    server.kill("SIGKILL");
    await ended;
  };
  return { data, link, end, cut };
}

/** Types into fields by their labels; of a list one of its words is chosen. */
export async function fill(page, fields) {
  for (const [label, value] of Object.entries(fields)) {
    const field = page.locator("main").getByLabel(label).first();
    if (await field.evaluate((e) => e.tagName === "SELECT")) await field.selectOption({ label: value });
    else await field.fill(value);
  }
}

/** Presses a button or follows a link of the page, and waits for what is behind it. */
export async function press(page, name, role = "button") {
  await Promise.all([page.waitForEvent("load"), page.locator("main").getByRole(role, { name }).first().click()]);
}

export async function menu(page, name) {
  await Promise.all([page.waitForEvent("load"), page.locator("nav, aside, header").getByRole("link", { name }).first().click()]);
}

export async function add(page, name) {
  await page.getByRole("button", { name: "Add", exact: true }).first().click();
  await Promise.all([page.waitForEvent("load"), page.locator("#add").getByRole("link", { name }).click()]);
}

export async function settings(page, name) {
  await menu(page, /Settings/);
  await press(page, name, "link");
}

/** From nothing to a referral with twelve visits. */
export const beginnings = [
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
];
