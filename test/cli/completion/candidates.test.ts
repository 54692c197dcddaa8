import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { candidates } from "../../../src/cli/completion/candidates.ts";
import { temporaryDirectory } from "../../helpers/program.ts";

/** The words that may replace the last of these words. */
function words(line: string): unknown {
  const found = candidates(line.split(" "));
  return typeof found === "string" ? found : found.map(({ word }) => word);
}

describe("the last word of a command line may become", () => {
  test("a command, with what it does", () => {
    expect(words("sh")).toEqual(["show"]);
    expect(candidates(["ver"])).toEqual([
      {
        word: "verify",
        text: "Check that finished runs still match their records: checksums, data and the test error",
      },
    ]);
    expect(words("help wa")).toEqual(["watch"]);
    expect(words("help watch ")).toEqual([]);
  });

  test("a command of a family", () => {
    expect(words("datasets ")).toEqual(["list", "fetch", "prepare", "verify", "--help"]);
    expect(words("datasets fetch ci")).toEqual(["cifar10", "cifar100"]);
  });

  test("an option of the command, or --help", () => {
    expect(words("run a.yaml --fail")).toEqual(["--fail-fast"]);
    expect(words("schema --")).toEqual(["--help"]);
  });

  test("a value of the option before it", () => {
    expect(words("bench cifar-20 --engine n")).toEqual(["native"]);
    expect(words("run a.yaml --results ")).toBe(":directories");
    expect(words("why x --file ")).toBe(":files");
    expect(words("run a.yaml --threads ")).toEqual([]);
  });

  test("the argument of the command: a file, a net, a shell", () => {
    expect(words("run ")).toBe(":files");
    expect(words("run a.yaml ")).toBe(":files");
    expect(words("run plain")).toEqual(["plain-vs-res"]);
    expect(words("why x --file high")).toEqual(["highway"]);
    expect(words("new mine --from plain")).toEqual(["plain-vs-res"]);
    expect(words("run ./plain")).toBe(":files");
    expect(words("describe imagenet-5")).toEqual(["imagenet-50"]);
    expect(words("completion ")).toEqual(["bash", "zsh", "fish"]);
    expect(words("completion bash ")).toEqual([]);
  });

  test("a run or an experiment in the results directory", () => {
    const results = temporaryDirectory();
    for (const run of ["b/runs/plain-18-s0-01", "b/runs/ResNet-18-s0-02", "a/runs/plain-8-s0-03", "c/tables"]) {
      mkdirSync(join(results, run), { recursive: true });
    }
    expect(candidates(["show", "--results", results, "plain"])).toEqual([
      { word: "plain-8-s0-03", text: "a" },
      { word: "plain-18-s0-01", text: "b" },
    ]);
    expect(candidates(["report", "--results", results, ""])).toEqual([
      { word: "a", text: "" },
      { word: "b", text: "" },
    ]);
    expect(candidates(["show", "--results", join(results, "none"), ""])).toEqual([]);
  });

  test("a profile of the files before it, of --file, and of one that comes with the program", () => {
    const file = join(temporaryDirectory(), "mine.yaml");
    writeFileSync(file, "name: mine\nprofiles:\n  smoke: {}\n  small: { training: { iterations: 5 } }\n");
    expect(words(`run ${file} --profile `)).toEqual(["smoke", "small"]);
    expect(words(`why plain-18 --file ${file} --profile sm`)).toEqual(["smoke", "small"]);
    expect(words("plan plain-vs-res --profile ci")).toEqual(["cifar10"]);
    expect(words("run nowhere.yaml --profile ")).toEqual([]);
  });

  test("the label of runs, where a shell takes it as one word", () => {
    const results = temporaryDirectory();
    for (const [id, label] of [
      ["plain-18-s0-01", "plain-18"],
      ["plain-18-s1-02", "plain-18"],
      ["resnet-18-a-s0-03", "ResNet-18 A"],
    ] as const) {
      const path = join(results, "study", "runs", id);
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, "run.json"), JSON.stringify({ id, spec: { experiment: "study", label } }));
    }
    expect(candidates(["show", "--results", results, ""])).toEqual([
      { word: "plain-18", text: "all runs with this label" },
      { word: "plain-18-s0-01", text: "study" },
      { word: "plain-18-s1-02", text: "study" },
      { word: "resnet-18-a-s0-03", text: "study" },
    ]);
  });

  test("nothing after an unknown command", () => {
    expect(words("frobnicate ")).toEqual([]);
    expect(words("datasets frobnicate ")).toEqual([]);
  });
});
