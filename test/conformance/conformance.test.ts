// What becomes of an engine whose checking process does not get to its end. Stand-ins for the process say so at once.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { checkConformance } from "../../src/conformance/conformance.ts";
import { temporaryDirectory } from "../helpers/program.ts";

/** Checks native by a process that does something else. */
function check(code: string, patience: number) {
  const path = join(temporaryDirectory(), "process.mjs");
  writeFileSync(path, `process.once("message", () => { ${code} });`);
  const manner = { process: pathToFileURL(path), patience };
  return checkConformance("native", {}, new AbortController().signal, manner);
}

it("an engine that hangs in a check fails, and nothing waits for it", async () => {
  const hanging = `process.send({ kind: "checking", check: "convolution" }, () => { for (;;); });`;
  // Patience enough for the process to start; it is spent once.
  expect(await check(hanging, 2)).toEqual({ crash: "in convolution it said nothing for 2 s", passed: false });
});

it("an engine that ends its process fails in the check that was running", async () => {
  const ending = `process.send({ kind: "checking", check: "addition" }, () => process.kill(process.pid, "SIGSEGV"));`;
  expect(await check(ending, 60)).toEqual({ crash: "in addition it ended by SIGSEGV", passed: false });
});
