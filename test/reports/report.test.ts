import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { UserError } from "../../src/errors.ts";
import { writeReport } from "../../src/reports/report.ts";
import { temporaryDirectory } from "../records/sample-run.ts";
import { evaluated, tenCrops } from "./evaluated-records.ts";
import { failedRecord, fourNets } from "./sample-records.ts";

const expectPng = (problem: UserError) => {
  throw problem;
};

describe("writeReport", () => {
  let results: string;
  beforeEach(() => {
    results = temporaryDirectory();
  });
  const read = (file: string) => readFileSync(join(results, "plain-vs-res", file), "latin1");
  const files = [
    "tables/summary.csv",
    "tables/summary.md",
    "tables/runs.csv",
    "tables/table-2.csv",
    "tables/table-2.md",
    "tables/checklist.md",
    "figures/curves.csv",
    "figures/figure-4.csv",
    "figures/figure-4.vl.json",
    "figures/figure-4.svg",
    "figures/figure-4.png",
    "report.html",
  ];

  it("writes tables and figures, and lists the files", async () => {
    expect(await writeReport(results, "plain-vs-res", fourNets(), expectPng)).toEqual(
      files.map((file) => join(results, "plain-vs-res", file)),
    );
    expect(readdirSync(join(results, "plain-vs-res")).sort()).toEqual(["figures", "report.html", "tables"]);
    expect(readdirSync(join(results, "plain-vs-res", "tables")).sort()).toEqual([
      "checklist.md",
      "runs.csv",
      "summary.csv",
      "summary.md",
      "table-2.csv",
      "table-2.md",
    ]);
  });

  it("writes the same bytes again after everything was deleted", async () => {
    await writeReport(results, "plain-vs-res", fourNets(), expectPng);
    const first = files.map(read);
    rmSync(join(results, "plain-vs-res"), { recursive: true });
    await writeReport(results, "plain-vs-res", fourNets(), expectPng);
    expect(files.map(read)).toEqual(first);
  });

  it("has a line for each net in summary.csv, in fractions", async () => {
    await writeReport(results, "plain-vs-res", fourNets(), expectPng);
    const lines = read("tables/summary.csv").split("\n");
    expect(lines).toHaveLength(1 + 4 + 1);
    expect(lines[1]).toMatch(/^plain-18,.*,0\.3,,0\.4,,,,0\.39,table-2,0\.2794,0\.312,"ImageNet validation/);
  });

  it("has the testing protocols in tables and page if something was evaluated, with columns for them", async () => {
    const [first, ...others] = fourNets();
    const runs = [evaluated(first!, [tenCrops, 0.29, 0.1]), ...others];
    const paths = await writeReport(results, "plain-vs-res", runs, expectPng);
    expect(paths.slice(3, 5)).toEqual(
      ["csv", "md"].map((end) => join(results, "plain-vs-res", "tables", `protocols.${end}`)),
    );
    const [header, , , , resnet34] = read("tables/summary.csv").split("\n");
    expect(header).toMatch(/,grade,deviations,judgedProtocol,judgedRuns,judgedMean,judgedStd$/);
    expect(resnet34).toMatch(/^ResNet-34,.*,0\.31,,,,.*,"10 crops, running statistics",1,0\.29,$/);
    expect(read("tables/runs.csv").split("\n")[0]).not.toContain("protocol");
    expect(read("report.html")).toContain('<h2 id="protocols-title">Testing protocols</h2>');
    expect(read("report.html")).toContain(
      "<li>Errors are in %, measured on the final weights by <code>resnet-exp evaluate</code>.",
    );
    expect(read("report.html")).toContain('<th scope="row">ResNet-34</th><td>10 crops</td>');
  });

  it("has a line for each run in runs.csv, with its machine or its failure", async () => {
    await writeReport(results, "plain-vs-res", [...fourNets(), failedRecord({ seed: 7 })], expectPng);
    const lines = read("tables/runs.csv").split("\n");
    expect(lines).toHaveLength(1 + 5 + 1);
    const cells = (line: string | undefined) => {
      const names = lines[0]?.split(",") ?? [];
      return Object.fromEntries((line ?? "").split(",").map((cell, i) => [names[i], cell]));
    };
    expect(cells(lines[1])).toMatchObject({
      label: "ResNet-34",
      state: "done",
      iteration: "600",
      testError: "0.31",
      imagesPerSecond: "640",
      engine: "cpu",
      cpu: "Example CPU",
      cores: "2",
    });
    expect(cells(lines[5])).toMatchObject({ seed: "7", state: "failed", iteration: "300", failure: "diverged" });
  });

  it("says which file cannot be written", async () => {
    writeFileSync(join(results, "plain-vs-res"), "a file in the way");
    await expect(writeReport(results, "plain-vs-res", fourNets(), expectPng)).rejects.toThrow(
      /^Expected to write .*summary\.csv, got /,
    );
  });
});
