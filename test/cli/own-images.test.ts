// One's own images from the folder to the report: `run`, `evaluate`, `predict` and `report` on three classes of waves.
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { evaluateCommand } from "../../src/cli/commands/evaluate.ts";
import { predictCommand } from "../../src/cli/commands/predict.ts";
import { reportCommand } from "../../src/cli/commands/report.ts";
import { runCommand } from "../../src/cli/commands/run.ts";
import type { EvaluationRecord } from "../../src/records/evaluations.ts";
import { type RunRecord, readRuns } from "../../src/records/record.ts";
import { waveJpeg, writeImageFolder } from "../datasets/fixtures.ts";
import { collectingIo } from "./results.ts";

const experiment = `
name: mine
dataset: { name: folder, cropSize: 16 }
model: { family: cifar, depth: 8, width: 4 }
training: { batchSize: 5, iterations: 6, learningRate: { initial: 0.05 } }
evaluation: { shortSide: 18, batchSize: 4 }
`;

let folder: string;
let data: string;
let results: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "resnet-exp-"));
  [data, results] = [join(folder, "photos"), join(folder, "results")];
  vi.stubEnv("RESNET_EXP_CACHE", join(folder, "cache"));
  await writeImageFolder(data);
  writeFileSync(join(folder, "mine.yaml"), experiment);
  await runCommand([join(folder, "mine.yaml")], { engine: "native", results, data, json: true }, collectingIo());
  const protocol = { crops: 1, statistics: "running", statisticsBatches: 1, mean: [], std: [] } as const;
  await evaluateCommand(["ResNet-8"], { ...protocol, engine: "native", results, data }, collectingIo());
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function record(): RunRecord {
  const [only] = readRuns(results).runs;
  return only!;
}

async function predict(images: readonly string[], options: { json?: boolean } = {}) {
  const io = collectingIo();
  const code = await predictCommand(["ResNet-8", ...images], { engine: "native", results, ...options }, io);
  return { code, text: io.text, errors: io.errors };
}

interface Found {
  readonly predictions: readonly {
    readonly image: string;
    readonly classes?: readonly { readonly name: string; readonly probability: number }[];
    readonly problem?: string;
  }[];
}

it("nets of Table 1 train on 224×224 crops of one's own images, by the paper's augmentation", async () => {
  const file = join(folder, "large.yaml");
  writeFileSync(
    file,
    `name: large
dataset: { name: folder }
model: { family: imagenet, depth: 18, width: 2 }
training: { batchSize: 2, iterations: 2, augmentation: scale-crop-flip-colour }
evaluation: { batchSize: 2 }
record: { trainEvery: 1 }
`,
  );
  const large = join(folder, "large-results");
  const io = collectingIo();
  expect(await runCommand([file], { engine: "native", results: large, data, json: true }, io)).toBe(0);
  const [{ metrics, done, run }] = readRuns(large).runs as [RunRecord];
  expect(metrics.map(({ iteration }) => iteration)).toEqual([1, 2]);
  expect(Number.isFinite(done?.finalMetric.testLoss)).toBe(true);
  expect(run.spec.sections.dataset).not.toHaveProperty("cropSize");
});

describe("a run on one's own images", () => {
  it("records the classes, the mean colour and how many test images there are", () => {
    const { run, done } = record();
    expect(run).toMatchObject({
      datasetTitle: "our own images of 3 classes",
      classes: ["n1", "n20", "n3"],
      testImages: 5,
    });
    expect(run.channelMean).toHaveLength(3);
    expect(done?.finalMetric.testError).toBeDefined();
  });

  it("has a confusion matrix once it is evaluated, which adds up to its error", () => {
    const { evaluations } = record();
    const [{ confusion, top1Error, images }] = evaluations as [EvaluationRecord];
    expect(confusion?.classes).toEqual(["n1", "n20", "n3"]);
    const sum = (cells: readonly (readonly number[])[]) => cells.reduce((total, cell) => total + cell[2]!, 0);
    expect(sum(confusion!.cells)).toBe(images);
    const wrong = confusion!.cells.filter(([own, taken]) => own !== taken);
    expect(sum(wrong) / images).toBeCloseTo(top1Error, 12);
  });

  it("has its classes in the report", async () => {
    await reportCommand([], { results }, collectingIo());
    const table = readFileSync(join(results, "mine/tables/classes.csv"), "utf8").split("\n");
    expect(table[0]).toBe("setup,net,runs,looks,class,images,wrong,error,mistakenFor,mistakenImages");
    expect(table.slice(1, 4).map((line) => /,(n\d+),(\d+),/.exec(line)?.slice(1))).toEqual([
      ["n1", "2"],
      ["n20", "2"],
      ["n3", "1"],
    ]);
    expect(readFileSync(join(results, "mine/tables/classes.md"), "utf8")).toContain("| class | images | ResNet-8 |");
    const svg = readFileSync(join(results, "mine/figures/confusion-resnet-8.svg"), "utf8");
    expect(readFileSync(join(results, "mine/report.html"), "utf8")).toContain(svg);
  });
});

describe("predict", () => {
  it("agrees with the test of the run, without the data set", async () => {
    const moved = join(folder, "elsewhere");
    renameSync(data, moved);
    try {
      const images = ["n1/val_n10", "n1/val_n11", "n20/val_n200", "n20/val_n201", "n3/val_n30"];
      const { code, text } = await predict(
        images.map((name) => join(moved, "val", `${name}.JPEG`)),
        { json: true },
      );
      expect(code).toBe(0);
      const { predictions } = JSON.parse(text) as Found;
      const names = ["n1", "n20", "n3"];
      const counts = new Map<string, number>();
      predictions.forEach(({ classes }, i) => {
        const place = `${names.indexOf(images[i]!.split("/")[0]!)} ${names.indexOf(classes![0]!.name)}`;
        counts.set(place, (counts.get(place) ?? 0) + 1);
      });
      const cells = record().evaluations[0]!.confusion!.cells;
      expect([...counts].sort()).toEqual(cells.map(([own, taken, count]) => [`${own} ${taken}`, count]).sort());
      const sum = predictions[0]!.classes!.reduce((total, { probability }) => total + probability, 0);
      expect(sum).toBeCloseTo(1, 9);
    } finally {
      renameSync(moved, data);
    }
  });

  it("prints the most probable classes in per cent, and reads a folder", async () => {
    const { code, text } = await predict([join(data, "val/n20")]);
    expect(code).toBe(0);
    const per = " {2,4}\\d{1,3}\\.\\d\\d %  n\\d+\n";
    expect(text).toMatch(
      new RegExp(`^${data}/val/n20/val_n200.JPEG\n(${per}){3}${data}/val/n20/val_n201.JPEG\n(${per}){3}$`),
    );
  });

  it("names an image that cannot be decoded, shows the others, and ends with 2", async () => {
    const [bad, good] = [join(folder, "bad.jpg"), join(folder, "good.jpg")];
    writeFileSync(bad, "no image");
    writeFileSync(good, await waveJpeg(1));
    const { code, text, errors } = await predict([bad, good]);
    expect(code).toBe(2);
    expect(text.startsWith(`${good}\n`)).toBe(true);
    expect(errors).toBe(`${bad} cannot be decoded: Input buffer contains unsupported image format.\n`);
    const { predictions } = JSON.parse((await predict([bad], { json: true })).text) as Found;
    expect(predictions).toEqual([{ image: bad, problem: "Input buffer contains unsupported image format" }]);
  });

  it("refuses a path that leads nowhere, and a folder without images", async () => {
    await expect(predict([join(folder, "none.jpg")])).rejects.toThrow(
      `Expected ${join(folder, "none.jpg")} to be an image or a folder of images, got no such file.`,
    );
    await expect(predict([join(results, "mine/tables")])).rejects.toThrow(
      `Expected ${join(results, "mine/tables")} to have images, got a folder without images.`,
    );
  });
});
