import { describe, expect, it } from "vitest";
import { commandFor } from "../../src/reports/command.ts";
import { doneRecord } from "./sample-records.ts";

function command(typed: readonly string[], label = "plain-18"): string {
  const record = doneRecord({ label, seed: 3 }, 0.1, 0.1);
  const provenance = { ...record.run.provenance, command: ["resnet-exp", "run", ...typed] };
  return commandFor({ ...record, run: { ...record.run, provenance } });
}

describe("the command that makes a run again", () => {
  it("is the one that was typed, cut down to the run and bound to its engine", () => {
    expect(command(["x.yaml", "--profile", "cifar10", "--set", "training.iterations=60", "--data", "/my data"])).toBe(
      "resnet-exp run x.yaml --profile cifar10 --set training.iterations=60 --data '/my data' --only 'plain-18 seed 3' --seeds 3 --engine cpu",
    );
  });

  it("replaces what chose among runs, in either spelling, and leaves out how to print", () => {
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
