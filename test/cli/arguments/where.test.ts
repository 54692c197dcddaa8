import { describe, expect, it } from "vitest";
import { parseSort, parseWhere } from "../../../src/cli/arguments/where.ts";
import { doneRecord, failedRecord, interruptedRecord } from "../../reports/sample-records.ts";

const net = (label: string, depth: number, block = "plain") => ({ label, model: { depth, block } });
const records = [
  doneRecord(net("plain-18", 18), 0.25, 0.5),
  failedRecord(net("plain-34", 34)),
  interruptedRecord({ ...net("ResNet-18", 18, "basic"), training: { learningRate: { initial: 0.01 } } }),
  doneRecord(net("ResNet-34", 34, "basic"), 0.2, 0.4),
];
const chosen = (where: string) => records.filter(parseWhere(where)).map(({ run }) => run.spec.label);
const sorted = (key: string) => records.toSorted(parseSort(key)).map(({ run }) => run.spec.label);
const error = (message: string, ...hints: string[]) =>
  expect.objectContaining({ name: "UserError", message, hints: expect.arrayContaining(hints) });

describe("--where", () => {
  it.each([
    ["state=done", ["plain-18", "ResNet-34"]],
    ["state!=done", ["plain-34", "ResNet-18"]],
    ["depth>=34", ["plain-34", "ResNet-34"]],
    ["depth<34", ["plain-18", "ResNet-18"]],
    ["label~resnet-*", ["ResNet-18", "ResNet-34"]],
    ["label!~ResNet-*", ["plain-18", "plain-34"]],
    ["label~{plain,ResNet}-18, block=basic", ["ResNet-18"]],
    ["state=done,depth>=34,label~ResNet-*", ["ResNet-34"]],
    ["model.depth=18,training.learningRate.initial<=1e-2", ["ResNet-18"]],
    ["testError<=40%", ["ResNet-34"]],
    ["testError>40", ["plain-18"]],
    ["testError<50.5%", ["plain-18", "ResNet-34"]],
    ["trainError<=0.25", []],
    ["dataset=synthetic", ["plain-18", "plain-34", "ResNet-18", "ResNet-34"]],
    ["trainImages!=5", ["plain-18", "plain-34", "ResNet-18", "ResNet-34"]],
    ["trainImages>0", []],
  ])("%s", (where, labels) => {
    expect(chosen(where)).toEqual(labels);
  });

  it("finds a data set by its name and by its title", () => {
    const original = doneRecord(
      { label: "ResNet-20", datasetTitle: "CIFAR-10", dataset: { name: "cifar10" } },
      0.1,
      0.1,
    );
    const holds = (where: string) => parseWhere(where)(original);
    expect(["dataset=cifar10", "dataset=CIFAR-10", "dataset~cifar*"].map(holds)).toEqual([true, true, true]);
    expect(["dataset!=cifar10", "dataset!=CIFAR-10", "dataset!~*10", "dataset=cifar100"].map(holds)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it("lists the known keys", () => {
    expect(() => parseWhere("state=done,dpeth>3")).toThrow(
      error('Expected --where to use a known key, got "dpeth".', "Did you mean depth?"),
    );
    expect(() => parseWhere("momentum>0")).toThrow(
      error(
        'Expected --where to use a known key, got "momentum".',
        expect.stringMatching(/training\.momentum/) as unknown as string,
      ),
    );
  });

  it("says how to write a condition", () => {
    expect(() => parseWhere("depth")).toThrow(
      error(
        'Expected a condition of --where to be KEY OPERATOR VALUE, got "depth".',
        "Example: state=done,depth>=34,label~ResNet-*",
      ),
    );
    expect(() => parseWhere("state=done,")).toThrow(/KEY OPERATOR VALUE, got ""/);
  });

  it("checks the values", () => {
    expect(() => parseWhere("state=dnoe")).toThrow(
      error('Expected state to be running, interrupted, done or failed, got "dnoe".', "Did you mean done?"),
    );
    expect(() => parseWhere("depth=deep")).toThrow(
      error('Expected model.depth to be compared with a number, got "deep".'),
    );
  });
});

describe("--sort", () => {
  it("sorts by any key, with runs without the value last and equal runs in their order", () => {
    expect(sorted("depth")).toEqual(["plain-18", "ResNet-18", "plain-34", "ResNet-34"]);
    expect(sorted("depth:desc")).toEqual(["plain-34", "ResNet-34", "plain-18", "ResNet-18"]);
    expect(sorted("testError")).toEqual(["ResNet-34", "plain-18", "plain-34", "ResNet-18"]);
    expect(sorted("testError:desc")).toEqual(["plain-18", "ResNet-34", "plain-34", "ResNet-18"]);
  });

  it("refuses unknown keys and directions", () => {
    expect(() => parseSort("depth:up")).toThrow(
      error('Expected --sort to be KEY, KEY:asc or KEY:desc, got "depth:up".'),
    );
    expect(() => parseSort("testErorr")).toThrow(
      error('Expected --sort to use a known key, got "testErorr".', "Did you mean testError?"),
    );
  });
});
