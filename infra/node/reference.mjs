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

const answer = await fetch(page);
if (!answer.ok) throw new Error(`${page} answers ${answer.status}`);
const html = await answer.text();

// The page after its script has run. Its script gets `load` for `fetch`.
async function rendered(load) {
  const asked = async (address) => {
    const url = new URL(address, page);
    if (url.origin !== page.origin) faults.push(`the page asks for ${url}`);
    return load(url);
  };
  const { window } = new JSDOM(html, {
    url: page.href,
    runScripts: "dangerously",
    beforeParse(window) {
      window.fetch = asked;
      window.addEventListener("error", ({ message }) => faults.push(message));
    },
  });
  const until = Date.now() + PATIENCE_MS;
  const main = window.document.querySelector("main");
  while (main.getAttribute("aria-busy") !== "false" || !main.children.length) {
    if (Date.now() > until) throw new Error("the page is not rendered in time");
    await new Promise((turn) => setTimeout(turn, 20));
  }
  return window;
}

function checkPolicy(policy, document) {
  for (const kind of ["script", "style"]) {
    for (const element of document.querySelectorAll(kind)) {
      const hash = createHash("sha256").update(element.textContent).digest("base64");
      if (!policy.includes(`${kind}-src 'sha256-${hash}'`)) faults.push(`the policy does not let the page's ${kind} run`);
    }
  }
  if (!policy.includes("default-src 'none'")) faults.push("the policy lets the page load from anywhere");
  for (const element of document.querySelectorAll("[src], link, iframe, object, embed")) faults.push(`the page loads a ${element.localName}`);
}

// Every operation of every document, with its method, path and responses.
async function checkOperations(document) {
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
  for (const gap of document.querySelectorAll("main .gap")) faults.push(gap.textContent);
  return operations;
}

const shown = (document) => [...document.querySelectorAll("main > section > details:not([hidden])")].map((one) => one.id);

// The filter leaves what has all its words.
function checkFilter(window) {
  const filter = window.document.getElementById("filter");
  filter.value = "post cancellation";
  filter.dispatchEvent(new window.Event("input"));
  const left = shown(window.document);
  if (left.join() !== "cancelOrder") faults.push(`the filter leaves ${left}`);
}

// A capability that is away leaves a gap that names it, and takes nobody else along.
async function checkAbsence(operations) {
  const { document } = await rendered(async (url) => (url.pathname.endsWith("/carts.json") ? new Response("", { status: 404 }) : fetch(url)));
  const gaps = [...document.querySelectorAll("main .gap")].map((gap) => gap.textContent);
  if (gaps.length !== 1 || !gaps[0].startsWith("carts ")) faults.push(`without carts the gaps are ${gaps}`);
  const left = shown(document);
  if (left.includes("getCart") || !left.includes("placeOrder") || left.length >= operations) faults.push("without carts others are missing");
}

const window = await rendered((url) => fetch(url));
checkPolicy(answer.headers.get("content-security-policy") ?? "", window.document);
const operations = await checkOperations(window.document);
checkFilter(window);
await checkAbsence(operations);

for (const fault of faults) console.log(fault);
console.log(`${page}: ${operations} operations`);
process.exit(faults.length ? 1 : 0);
