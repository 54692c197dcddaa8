// The result for an engine whose check process does not finish. Scripts stand in for the process.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { checkConformance } from "../../src/conformance/conformance.ts";
import { temporaryDirectory } from "../helpers/program.ts";

/** Checks the native engine with a script in place of the check process. */
function check(code: string, patience: number) {
  const path = join(temporaryDirectory(), "process.mjs");
  writeFileSync(path, `process.once("message", () => { ${code} });`);
  const manner = { process: pathToFileURL(path), patience };
  return checkConformance("native", {}, new AbortController().signal, manner);
}

it("an engine that hangs in a check fails, and the command does not wait for it", async () => {
  const hanging = `process.send({ kind: "checking", check: "convolution" }, () => { for (;;); });`;
  // Long enough for the process to start.
  expect(await check(hanging, 2)).toEqual({ crash: "in convolution it sent no message for 2 s", passed: false });
});

it("an engine that kills its process fails the check that was running", async () => {
  const ending = `process.send({ kind: "checking", check: "addition" }, () => process.kill(process.pid, "SIGSEGV"));`;
  expect(await check(ending, 60)).toEqual({ crash: "in addition it ended by SIGSEGV", passed: false });
});
