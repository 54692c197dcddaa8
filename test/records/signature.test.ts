import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { appendEvaluation } from "../../src/records/evaluations.ts";
import { writePlannedRuns } from "../../src/records/planned-runs.ts";
import { runsSignature, statesSignature } from "../../src/records/signature.ts";
import { writeRecords } from "../cli/results.ts";
import { evaluation, tenCrops } from "../reports/evaluated-records.ts";
import { doneRecord } from "../reports/sample-records.ts";
import { temporaryDirectory } from "./sample-run.ts";

test("the signature of runs changes with the plan, a new run and a new evaluation, and with nothing else", () => {
  const results = temporaryDirectory();
  const signature = () => runsSignature(results, "plain-vs-res");
  const empty = signature();
  mkdirSync(join(results, "plain-vs-res"));
  writePlannedRuns(results, [{ experiment: "plain-vs-res", id: "any" }]);
  expect(signature()).not.toBe(empty);
  const record = doneRecord({}, 0.2, 0.3);
  writeRecords(results, [record]);
  const written = signature();
  expect(written).toMatch(/^plain-18-s0-\S+ done /);
  expect(signature()).toBe(written);
  appendEvaluation(join(results, "plain-vs-res", "runs", record.run.id), evaluation(record, tenCrops, 0.29));
  expect(signature()).not.toBe(written);
});

test("the signature of states changes when a run of any experiment begins or ends, but not with a new evaluation", () => {
  const results = temporaryDirectory();
  expect(statesSignature(results)).toBe("");
  const record = doneRecord({}, 0.2, 0.3);
  writeRecords(results, [record]);
  const written = statesSignature(results);
  appendEvaluation(join(results, "plain-vs-res", "runs", record.run.id), evaluation(record, tenCrops, 0.29));
  expect(statesSignature(results)).toBe(written);
  writeRecords(results, [doneRecord({ experiment: "another" }, 0.2, 0.3)]);
  expect(statesSignature(results)).toMatch(/^\S+another\S+ done\n\S+plain-vs-res\S+ done$/);
});
