// What the demo does not have, made through the pages: a list of contacts, an answer of a clearinghouse, a private note, a mail that went astray.
// Its doctor gets no mail from then on, so what approves a report comes before.
import { base } from "./browser.mjs";
import { fill, press } from "./practice.mjs";

/** A clearinghouse says that it could read a file. */
const receipt = [
  "ISA*00*          *00*          *ZZ*CLEARHOUSE     *ZZ*TRIBUTARY      *261123*0900*^*00501*000000901*0*P*:", "GS*FA*CLEARHOUSE*TRIBUTARY*20261123*0900*901*X*005010X231A1",
  "ST*999*0001*005010X231A1", "AK1*HC*901*005010X222A1", "AK2*837*0001*005010X222A1", "IK5*A", "AK9*A*1*1*1", "SE*6*0001", "GE*1*901", "IEA*1*000000901", "",
].join("~");

/** Makes them, and says where the private note lies: no other page leads to this patient. */
export async function makeWhatIsRare(page) {
  for (const pasted of ["First name,Last name,Phone\nPriya,Nakamura,206-555-0188", "Qui,Quoi\nPriya,206"]) {
    await page.goto(`${base}/imports/new`);
    await fill(page, { "Paste them here": pasted });
    await press(page, "Look at the rows");
  }
  await page.goto(`${base}/claims/answers`);
  await page.setInputFiles("#f-file", { name: "answer.999", mimeType: "text/plain", buffer: Buffer.from(receipt) });
  await press(page, "Take it in");
  await page.goto(`${base}/patients`);
  await page.goto(`${base}${await page.locator("main table a[href^='/patients/']").first().getAttribute("href")}/private-notes`);
  await fill(page, { "In your own words": "Moves house in spring." });
  await press(page, "Keep it private");
  const { pathname } = new URL(page.url());
  await page.goto(`${base}/mails`);
  for (const mail of await page.$$eval("main a[href^='/mails/']", (all) => all.map((a) => a.href))) {
    await page.goto(mail);
    const wrong = page.getByText("I sent this to the wrong person");
    if ((await wrong.count()) === 0) continue;
    await wrong.click();
    await fill(page, { "What happened?": "A number was turned around." });
    await press(page, "Freeze the address");
    break;
  }
  return pathname;
}
