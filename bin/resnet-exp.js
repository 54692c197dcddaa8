#!/usr/bin/env node
// The program's entry, as installed by npm.
import { existsSync } from "node:fs";

const main = new URL("../dist/cli/main.js", import.meta.url);
if (existsSync(main)) {
  const { main: run } = await import(main.href);
  await run(process.argv.slice(2));
} else {
  process.stderr.write("Expected the program to be built. Run `npm ci` (or `npm run build`) in its directory.\n");
  process.exitCode = 2;
}
