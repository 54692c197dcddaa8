import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { studyPages } from "../../src/watch/study-pages.ts";
import { writeRecords } from "../cli/results.ts";
import { temporaryDirectory } from "../records/sample-run.ts";
import { doneRecord, interruptedRecord } from "../reports/sample-records.ts";
import { fakeSlurm, queueRow, writeSubmission } from "../slurm/fake-slurm.ts";

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

it("shows what Slurm knows of runs that have begun, of runs that wait and of runs that cannot start", async () => {
  const results = temporaryDirectory();
  const begun = interruptedRecord({ seed: 3 });
  writeRecords(results, [record, begun]);
  const { spec } = begun.run;
  const other = (seed: number) => ({ id: `other-${seed}`, run: { spec: { ...spec, seed }, paper: [] } });
  const name = "resnet-exp-0123abcd";
  writeSubmission(results, name, [{ id: begun.run.id, run: { spec, paper: [] } }, other(7), other(8)], 3);
  const squeue = [
    queueRow("46", "0", "47", "PENDING", "BeginTime", "", "1", name),
    queueRow("46", "1", "48", "PENDING", "Resources", "", "0", name),
    queueRow("46", "2", "49", "PENDING", "PartitionTimeLimit", "", "0", name),
  ].join("\n");
  const { directory } = fakeSlurm({ squeue });

  const pages = studyPages(results, [], (problem) => expect.unreachable(String(problem)));
  const { html } = await pages.page(experiment);
  const rows = html.slice(html.indexOf("<caption>Runs on the cluster"));
  const cells = [...rows.slice(0, rows.indexOf("</table>")).matchAll(/<td>(.*?)<\/td>/g)].map(([, text]) => text);
  expect(cells).toEqual([
    ...[begun.run.id, "requeued at iteration 300 (BeginTime)"],
    ...["other-7", "queued (Resources)"],
    ...["other-8", "will not start (PartitionTimeLimit)"],
  ]);
  for (let look = 0; look < 5; look++) pages.signature(experiment);
  expect(pages.signature(experiment)).toContain("other-7 46_1 PENDING Resources");
  expect(readFileSync(join(directory, "calls"), "utf8")).toBe("squeue\n");
});
