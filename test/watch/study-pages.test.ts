import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { studyPages } from "../../src/watch/study-pages.ts";
import { writeRecords } from "../cli/results.ts";
import { temporaryDirectory } from "../records/sample-run.ts";
import { doneRecord } from "../reports/sample-records.ts";

const record = doneRecord({}, 0.25, 0.5);
const { experiment } = record.run.spec;

it("makes pages of all studies, including linked ones as `report` does, and shows no files of the runs", async () => {
  const [results, outside] = [temporaryDirectory(), temporaryDirectory()];
  writeRecords(results, [record]);
  writeRecords(outside, [record]);
  writeFileSync(join(outside, "secret"), "canary");
  mkdirSync(join(results, experiment, "figures"));
  symlinkSync(join(outside, "secret"), join(results, experiment, "figures", "secret.csv"));
  symlinkSync(join(outside, experiment), join(results, "elsewhere"));
  symlinkSync("/etc", join(results, "etc"));

  const pages = studyPages(results, [], (problem) => expect.unreachable(String(problem)));
  expect([...pages.experiments()].sort()).toEqual(["elsewhere", experiment]);
  const { html, files } = await pages.page(experiment);
  expect(html).not.toContain("canary");
  expect([...files.keys()].filter((name) => !/^figures\/[\w-]+\.(svg|png|csv|vl\.json)$/.test(name))).toEqual([]);
  expect(files.has("figures/secret.csv")).toBe(false);
});
