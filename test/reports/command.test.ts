import { describe, expect, it } from "vitest";
import { listSetups } from "../../src/reports/analysis/setups.ts";
import { commandFor, evaluationCommand } from "../../src/reports/command.ts";
import { oneLook, paperScales, tenCrops } from "./evaluated-records.ts";
import { doneRecord, fourNets, interruptedRecord } from "./sample-records.ts";

function command(typed: readonly string[], label = "plain-18"): string {
  const record = doneRecord({ label, seed: 3 }, 0.1, 0.1);
  const provenance = { ...record.run.provenance, command: ["resnet-exp", "run", ...typed] };
  return commandFor({ ...record, run: { ...record.run, provenance } });
}

describe("the command that makes a run again", () => {
  it("is the typed command, limited to the run and its engine", () => {
    expect(command(["x.yaml", "--profile", "cifar10", "--set", "training.iterations=60", "--data", "/my data"])).toBe(
      "resnet-exp run x.yaml --profile cifar10 --set training.iterations=60 --data '/my data' --only 'plain-18 seed 3' --seeds 3 --engine cpu",
    );
  });

  it("replaces the options that choose runs, in either spelling, and leaves out options of the output", () => {
    const typed = [
      "x.yaml",
      "--seeds",
      "0,1,2",
      "--only=ResNet-*",
      "--engine",
      "auto",
      "--jobs=2",
      "--json",
      "--fail-fast",
    ];
    expect(command(typed)).toBe("resnet-exp run x.yaml --only 'plain-18 seed 3' --seeds 3 --engine cpu");
  });

  it("quotes for a shell", () => {
    expect(command(["it's.yaml"], "ResNet-20 a=*")).toBe(
      "resnet-exp run 'it'\\''s.yaml' --only 'ResNet-20 a=* seed 3' --seeds 3 --engine cpu",
    );
  });
});

describe("the command that tests runs by the paper's protocol", () => {
  const multiScale = { ...oneLook, scales: paperScales };

  it("tests the whole study if all runs are finished", () => {
    const [setup] = listSetups(fourNets());
    expect(evaluationCommand(setup!, tenCrops)).toBe("resnet-exp evaluate 'plain-vs-res/*' --crops 10");
    expect(evaluationCommand(setup!, multiScale)).toBe("resnet-exp evaluate 'plain-vs-res/*' --scales 32,40,48");
  });

  it("names the finished runs if others are unfinished, or belong to another set-up", () => {
    const done = doneRecord({}, 0.1, 0.1);
    const [unfinished] = listSetups([done, interruptedRecord({ seed: 1 })]);
    expect(evaluationCommand(unfinished!, tenCrops)).toBe(`resnet-exp evaluate ${done.run.id} --crops 10`);
    const short = doneRecord({ training: { iterations: 60 } }, 0.1, 0.1);
    const setups = listSetups([done, short]);
    expect(setups.map((setup) => evaluationCommand(setup, tenCrops))).toEqual([
      `resnet-exp evaluate ${done.run.id} --crops 10`,
      `resnet-exp evaluate ${short.run.id} --crops 10`,
    ]);
  });

  it("has the paper's scales for ImageNet", () => {
    const training = { augmentation: "scale-crop-flip-colour" };
    const [setup] = listSetups([doneRecord({ dataset: { name: "imagenet" }, training }, 0.1, 0.1)]);
    expect(evaluationCommand(setup!, multiScale)).toBe(
      "resnet-exp evaluate 'plain-vs-res/*' --scales 224,256,384,480,640",
    );
  });

  it("does not exist if `evaluate` would refuse", () => {
    const [unfinished] = listSetups([interruptedRecord({})]);
    expect(evaluationCommand(unfinished!, tenCrops)).toBeUndefined();
    const [cropless] = listSetups([doneRecord({ training: { augmentation: "none" } }, 0.1, 0.1)]);
    expect(evaluationCommand(cropless!, tenCrops)).toBeUndefined();
    expect(evaluationCommand(cropless!, multiScale)).toContain("--scales 32,40,48");
  });
});
