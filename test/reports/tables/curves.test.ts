import { describe, expect, it } from "vitest";
import { curvesCsv } from "../../../src/reports/tables/curves.ts";
import { doneRecord, interruptedRecord } from "../sample-records.ts";

describe("the data of figures", () => {
  it("has a line for each line of metrics, also of unfinished runs", () => {
    const records = [doneRecord({}, 0.1, 0.2), interruptedRecord({ seed: 1 })];
    const [done, half] = records.map(({ run }) => run.id);
    expect(curvesCsv(records)).toBe(
      [
        "label,seed,iteration,learningRate,trainError,trainLoss,testError,testLoss,dataset,iterations,id",
        `plain-18,0,300,0.1,0.9,1.8,,,synthetic,600,${done}`,
        `plain-18,0,600,0.1,0.1,0.2,0.2,0.4,synthetic,600,${done}`,
        `plain-18,1,300,0.1,0.9,1.8,,,synthetic,600,${half}`,
        "",
      ].join("\n"),
    );
  });
});
