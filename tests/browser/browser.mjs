// A running demo and a browser: TRIBUTARY_URL is its address, TRIBUTARY_DEMO_OUTPUT a file with what it printed (its logins).
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

export const base = process.env.TRIBUTARY_URL;
if (!base) throw new Error("TRIBUTARY_URL is not set: start `cargo run -- demo` and name its address");

// The demo prints `sign in as EMAIL / PASSWORD` for one user of each role, the owner first.
const printed = readFileSync(process.env.TRIBUTARY_DEMO_OUTPUT ?? "/dev/stdin", "utf8");
export const logins = [...printed.matchAll(/sign in as (\S+) \/ (.+?)(?:\s{2,}.*)?$/gm)].map(([, email, password]) => ({ email, password: password.trim() }));

const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: flags });

export async function signIn(page, { email, password } = logins[0]) {
  await page.goto(`${base}/login`);
  await page.fill("[name=email]", email);
  await page.fill("[name=password]", password);
  await Promise.all([page.waitForURL((url) => url.pathname !== "/login"), page.click("main button.primary")]);
}

export function check(holds, words) {
  if (holds) return;
  console.error(`FAILED: ${words}`);
  process.exitCode = 1;
}
