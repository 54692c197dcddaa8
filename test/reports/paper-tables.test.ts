import { describe, expect, it } from "vitest";
import { paperTable } from "../../src/reports/paper-tables.ts";
import { tabulate } from "../../src/reports/tabulate.ts";
import { doneRecord, fourNets } from "./sample-records.ts";

describe("a table in the paper's layout", () => {
  it("is depth by depth, plain beside residual, for Table 2", () => {
    expect(paperTable("table-2", tabulate(fourNets()))).toBe(
      [
        "dataset,iterations,layers,plainRuns,plainTrainError,plainTestError,residualRuns,residualTrainError,residualTestError,paperPlainError,paperResidualError,paperMeasures",
        'synthetic,600,18,1,0.3,0.4,1,0.221,0.32,0.2794,0.2788,"ImageNet validation, 10-crop top-1"',
        'synthetic,600,34,1,0.423,0.5,1,0.2,0.31,0.2854,0.2503,"ImageNet validation, 10-crop top-1"',
        "",
      ].join("\n"),
    );
  });

  it("leaves empty what was not trained", () => {
    const [, plain18] = paperTable("table-2", tabulate([doneRecord({}, 0.3, 0.4)]))?.split("\n") ?? [];
    expect(plain18).toBe('synthetic,600,18,1,0.3,0.4,,,,0.2794,0.2788,"ImageNet validation, 10-crop top-1"');
  });

  it("has every method in the paper's order for Table 6", () => {
    const record = doneRecord({ model: { family: "cifar", depth: 110, block: "basic" } }, 0.001, 0.07);
    const lines = paperTable("table-6", tabulate([record]))?.split("\n") ?? [];
    expect(lines).toHaveLength(14);
    expect(lines[0]).toBe(
      "dataset,iterations,method,layers,paperParameters,paperError,paperTop5Error,paperMean,paperStd,paperMeasures,runs,testErrorMean,testErrorStd,trainErrorMean",
    );
    expect(lines[1]).toBe('synthetic,600,Maxout,,,0.0938,,,,"CIFAR-10 test, single view, last iteration",,,,');
    expect(lines[11]).toBe(
      'synthetic,600,ResNet-110,110,1700000,0.0643,,0.0661,0.0016,"CIFAR-10 test, single view, last iteration",1,0.07,,0.001',
    );
  });

  it("is once for each set-up", () => {
    const rows = tabulate([...fourNets(), ...fourNets({ training: { iterations: 60 } })]);
    expect(paperTable("table-2", rows)?.split("\n")).toHaveLength(1 + 4 + 1);
  });

  it("is none for a reference without a layout", () => {
    expect(paperTable("figure-4", [])).toBeUndefined();
    expect(paperTable("table-9", [])).toBeUndefined();
  });
});
