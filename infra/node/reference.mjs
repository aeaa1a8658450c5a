// Checks the API reference of a deployed shop: `node reference.mjs <api-url>`. Runs the page's own script in a document, as a
// browser would, and looks at what it shows.

import { JSDOM } from "jsdom";
import { createHash } from "node:crypto";

const PATIENCE_MS = 30_000;
const base = process.argv[2];
if (!base) {
  console.error("usage: node reference.mjs <api-url>");
  process.exit(1);
}
const page = new URL(`${base.replace(/\/$/, "")}/v1/docs`);
const faults = [];
const asked = [];

// What the page's script may ask for: the policy lets it connect to its own origin only.
async function fetchForPage(address) {
  const url = new URL(address, page);
  asked.push(url);
  if (url.origin !== page.origin) throw new Error(`${url} is of another origin`);
  return fetch(url);
}

function checkPolicy(policy, document) {
  for (const kind of ["script", "style"]) {
    for (const element of document.querySelectorAll(kind)) {
      const hash = createHash("sha256").update(element.textContent).digest("base64");
      if (!policy.includes(`${kind}-src 'sha256-${hash}'`)) faults.push(`the policy does not let the page's ${kind} run`);
    }
  }
  if (!policy.includes("default-src 'none'")) faults.push("the policy lets the page load from anywhere");
}

async function rendered(window) {
  const until = Date.now() + PATIENCE_MS;
  const main = window.document.querySelector("main");
  while (main.getAttribute("aria-busy") !== "false" || !main.children.length) {
    if (Date.now() > until) throw new Error("the page is not rendered in time");
    await new Promise((turn) => setTimeout(turn, 20));
  }
}

const answer = await fetch(page);
if (!answer.ok) throw new Error(`${page} answers ${answer.status}`);
const dom = new JSDOM(await answer.text(), {
  url: page.href,
  runScripts: "dangerously",
  beforeParse(window) {
    window.fetch = fetchForPage;
    window.addEventListener("error", ({ message }) => faults.push(message));
    window.addEventListener("unhandledrejection", ({ reason }) => faults.push(String(reason)));
  },
});
const { document } = dom.window;
checkPolicy(answer.headers.get("content-security-policy") ?? "", document);
await rendered(dom.window);

for (const element of document.querySelectorAll("[src], link, iframe, object, embed")) faults.push(`the page loads a ${element.localName}`);

let operations = 0;
for (const link of document.querySelectorAll("#documents a")) {
  const served = await fetch(link.href);
  if (!served.ok) {
    faults.push(`${link.href} answers ${served.status}`);
    continue;
  }
  for (const [path, item] of Object.entries((await served.json()).paths)) {
    for (const [method, { operationId, responses }] of Object.entries(item)) {
      operations += 1;
      const shown = document.getElementById(operationId)?.textContent ?? "";
      const wanted = [method.toUpperCase(), path, operationId, ...Object.keys(responses)];
      for (const word of wanted) if (!shown.includes(word)) faults.push(`${operationId} does not show ${word}`);
    }
  }
}
if (!operations) faults.push("there is no operation");

// The filter leaves what has all its words.
const filter = document.getElementById("filter");
filter.value = "post cancellation";
filter.dispatchEvent(new dom.window.Event("input"));
const left = [...document.querySelectorAll("main > section > details:not([hidden])")].map((one) => one.id);
if (left.join() !== "cancelOrder") faults.push(`the filter leaves ${left}`);

for (const gap of document.querySelectorAll("main .gap")) faults.push(gap.textContent);
for (const url of asked) if (url.origin !== page.origin) faults.push(`the page asks for ${url}`);

for (const fault of faults) console.log(fault);
console.log(`${page}: ${operations} operations of ${asked.length} documents`);
process.exit(faults.length ? 1 : 0);
