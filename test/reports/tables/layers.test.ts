import { describe, expect, it } from "vitest";
import { layersCsv } from "../../../src/reports/tables/layers.ts";
import { doneRecord, paperRun } from "../sample-records.ts";

describe("the measurements of layers as CSV", () => {
  it("do not exist if no run measured its layers", () => {
    expect(layersCsv([doneRecord(paperRun(20), 0.05, 0.08)])).toBeUndefined();
  });

  it("have a line for each layer and iteration, unrounded", () => {
    const record = doneRecord(paperRun(20), 0.05, 0.08);
    const metrics = record.metrics.map((metric) => ({
      ...metric,
      layers: { responseStd: [1.25, 1 / 3], gradientNorm: [0.5, 2] },
    }));
    const { iteration } = metrics[0]!;
    const lines = layersCsv([{ ...record, metrics: metrics.slice(0, 1) }])?.split("\n");
    expect(lines).toEqual([
      "label,seed,iteration,layer,responseStd,gradientNorm,dataset,iterations,id",
      `ResNet-20,0,${iteration},1,1.25,0.5,CIFAR-10,64000,${record.run.id}`,
      `ResNet-20,0,${iteration},2,0.3333333333333333,2,CIFAR-10,64000,${record.run.id}`,
      "",
    ]);
  });
});
