// Checks that AsyncAPI documents are valid, by AsyncAPI's own parser: `node asyncapi.mjs <file>…`. Prints what it objects to.
// An error or a warning is a failure; what is only information is not.

import { Parser } from "@asyncapi/parser";
import { readFile } from "node:fs/promises";

const LEVELS = ["error", "warning", "information", "hint"];

const parser = new Parser();
let failed = false;
for (const file of process.argv.slice(2)) {
  const { document, diagnostics } = await parser.parse(await readFile(file, "utf8"), { source: file });
  for (const { severity, path, code, message } of diagnostics) {
    console.log(`${file}: ${LEVELS[severity]}: /${path.join("/")}: ${message} (${code})`);
    failed ||= severity <= 1;
  }
  if (!document) failed = true;
  else console.log(`${file}: ${document.channels().length} channels, ${document.operations().length} operations`);
}
process.exit(failed || process.argv.length < 3 ? 1 : 0);
