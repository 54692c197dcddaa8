import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type EvaluateWeightsOptions, evaluateWeightsCommand } from "../../../src/cli/commands/evaluate-weights.ts";
import { weightsExportCommand } from "../../../src/cli/commands/weights.ts";
import { openDataset } from "../../../src/datasets/dataset.ts";
import { inputOf, loadModel } from "../../../src/evaluation/finished-run.ts";
import { writeFileAtomically } from "../../../src/system/atomic-file.ts";
import { percent } from "../../../src/text/quantities.ts";
import { evaluate } from "../../../src/training/evaluate.ts";
import type { Batch, ImageSet, NamedTensor } from "../../../src/types.ts";
import { readForeignWeights } from "../../../src/weights/foreign-weights.ts";
import { encodeSafetensors, readSafetensors } from "../../../src/weights/safetensors.ts";
import { copyOf, trainTinyStudy } from "../../helpers/tiny-study.ts";
import { temporaryDirectory } from "../../records/sample-run.ts";
import { interruptedRecord } from "../../reports/sample-records.ts";
import { collectingIo, writeRecords } from "../results.ts";

let trained: string;
beforeAll(async () => {
  trained = mkdtempSync(join(tmpdir(), "resnet-exp-"));
  await trainTinyStudy(trained);
});
afterAll(() => rmSync(trained, { recursive: true, force: true }));

/** ResNet-8, exported to a new file. */
async function exported(options: { json?: boolean } = {}) {
  const file = join(temporaryDirectory(), "out.safetensors");
  const io = collectingIo();
  await weightsExportCommand("ResNet-8", { to: file, results: trained, ...options }, io);
  return { file, io };
}

describe("weights export", () => {
  test("writes every weight of the run, with filters as [out, in, height, width], and says what differs", async () => {
    const { file, io } = await exported();
    const { tensors } = readForeignWeights(file);
    const own = readSafetensors(join(copyOf(trained).record("ResNet-8").path, "weights.safetensors")).tensors;
    expect(tensors).toHaveLength(own.length);
    const [theirs, ours] = [tensors, own].map((list) => list.find(({ shape }) => shape.length === 4)!);
    expect(theirs).toMatchObject({ name: "conv1.weight", shape: [4, 3, 3, 3] });
    // Filter 2, channel 1, row 0, column 2.
    expect(theirs!.data[2 * 27 + 9 + 2]).toBe(ours!.data[(0 * 3 + 2) * 12 + 1 * 4 + 2]);
    const numbers = own.reduce((sum, { data }) => sum + data.length, 0);
    const card = join(dirname(file), "README.md");
    expect(io.text).toBe(
      `${file}: ${own.length} tensors, ${numbers.toLocaleString("en-US")} numbers\n${card}: the model card\n`,
    );
    expect(io.errors).toContain(
      "torchvision's own net would give different results: it has no nets of the cifar family.",
    );
  });

  test("gives scripts the same", async () => {
    const { file, io } = await exported({ json: true });
    expect(JSON.parse(io.text)).toMatchObject({
      file,
      tensors: 37,
      differences: ["it has no nets of the cifar family", "its shortcuts are option B, this net's are A"],
    });
    expect(io.errors).toBe("");
  });

  test("writes a card beside the weights, from the record", async () => {
    const { file } = await exported();
    const [, head = "", body = ""] = /^---\n(.*?)---\n(.*)$/s.exec(
      readFileSync(join(dirname(file), "README.md"), "utf8"),
    )!;
    const { run, done } = copyOf(trained).record("ResNet-8");
    const accuracy = Number((1 - done!.finalMetric.testError!).toFixed(6));
    expect(parse(head)).toMatchObject({
      library_name: "pytorch",
      pipeline_tag: "image-classification",
      license: "unknown",
      "model-index": [
        {
          name: "ResNet-8, seed 0",
          results: [
            {
              task: { type: "image-classification" },
              dataset: { name: "synthetic", type: "synthetic" },
              metrics: [{ type: "accuracy", value: accuracy }],
            },
          ],
        },
      ],
    });
    const [, recipe = ""] = /```yaml\n(.*?)```/s.exec(body)!;
    expect(parse(recipe)).toEqual({ model: run.spec.sections.model, training: run.spec.sections.training });
    const headings = [...body.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
    expect(headings).toEqual([
      "Intended use",
      "Data",
      "Recipe",
      "Errors",
      "Deviations from the paper's recipe",
      "How to load it",
      "Provenance",
    ]);
    expect(body).toContain(`| test error at the last iteration | ${percent(done!.finalMetric.testError)} |`);
    expect(body).toContain('weights = load_file("out.safetensors")');
    // torchvision has no such net, so the card does not say that it has.
    expect(body).not.toContain("import torchvision");
    expect(body).toContain("- it has no nets of the cifar family\n");
    expect(body).toContain(createHash("sha256").update(readFileSync(file)).digest("hex"));
  });

  test("keeps a README.md that is there, and says so", async () => {
    const folder = temporaryDirectory();
    writeFileSync(join(folder, "README.md"), "mine");
    const io = collectingIo();
    const to = join(folder, "out.safetensors");
    await weightsExportCommand("ResNet-8", { to, results: trained, json: true }, io);
    expect(JSON.parse(io.text)).toMatchObject({ file: to, card: null });
    expect(readFileSync(join(folder, "README.md"), "utf8")).toBe("mine");
  });

  test("makes the directory of the file", async () => {
    const to = join(temporaryDirectory(), "a", "b", "out.safetensors");
    await weightsExportCommand("ResNet-8", { to, results: trained }, collectingIo());
    expect(readForeignWeights(to).tensors).toHaveLength(37);
  });

  test("overwrites nothing, and exports only finished runs", async () => {
    const { file } = await exported();
    const before = readFileSync(file);
    await expect(
      weightsExportCommand("ResNet-8", { to: file, results: trained }, collectingIo()),
    ).rejects.toMatchObject({
      name: "UserError",
      message: `Expected --to to name a new file, got ${file}, which exists.`,
    });
    expect(readFileSync(file).equals(before)).toBe(true);
    const { results } = copyOf(trained);
    const interrupted = interruptedRecord({ experiment: "another" });
    writeRecords(results, [interrupted]);
    await expect(
      weightsExportCommand(interrupted.run.id, { to: `${file}2`, results }, collectingIo()),
    ).rejects.toMatchObject({ message: `Expected a finished run, got ${interrupted.run.id} (interrupted).` });
  });
});

test("for a finished run without weights, says how to get them again", async () => {
  const { results, record } = copyOf(trained);
  const { path } = record("ResNet-8");
  rmSync(join(path, "weights.safetensors"));
  const to = join(results, "new.safetensors");
  await expect(weightsExportCommand("ResNet-8", { to, results }, collectingIo())).rejects.toMatchObject({
    message: `Expected ${join(path, "weights.safetensors")} to exist, got no such file.`,
    hints: [
      `Put the file back. Or delete ${join(path, "done.json")}: \`run\` then makes it again from the last checkpoint, or trains the run again if there is none.`,
    ],
  });
});

describe("evaluate --weights", () => {
  const defaults = { crops: 1, statistics: "running", statisticsBatches: 1, engine: "native" } as const;
  const mean = [0.4, 0.5, 0.6];
  const std = [0.25, 0.5, 0.2];
  const net = { shortcut: "A", width: 4, dataset: "synthetic", mean, std } as const;
  const run = async (names: string[], weights: string, options: Partial<EvaluateWeightsOptions> = {}) => {
    const io = collectingIo();
    await evaluateWeightsCommand(names, { ...defaults, ...net, weights, json: true, ...options }, io);
    return io.text;
  };

  test("tests the weights on images normalised by the mean and deviation that they were trained with", async () => {
    const { file } = await exported();
    const found = JSON.parse(await run(["cifar-8"], file)) as { images: number; top1Error: number; loss: number };

    const record = copyOf(trained).record("ResNet-8");
    const dataset = await openDataset({ name: "synthetic", validationImages: 0 });
    const model = loadModel(record.path, record.run.spec.sections, inputOf(dataset));
    const { pixels, labels, count } = dataset.test as ImageSet;
    const batches: Batch[] = Array.from({ length: count / 250 }, (_, index) => ({
      images: Float32Array.from(
        pixels.subarray(index * 250 * 3072, (index + 1) * 250 * 3072),
        (pixel, i) => (pixel / 255 - mean[i % 3]!) / std[i % 3]!,
      ),
      shape: [250, 32, 32, 3],
      labels: Int32Array.from(labels.subarray(index * 250, (index + 1) * 250)),
    }));
    const expected = await evaluate(model, batches);
    model.dispose();
    expect(found.images).toBe(2000);
    // Rounding may change the class of an image or two.
    expect(Math.abs(found.top1Error - expected.error)).toBeLessThanOrEqual(0.001);
    expect(found.loss).toBeCloseTo(expected.loss, 5);
  });

  /** Exports a file and changes its tensors. */
  const changed = async (change: (tensors: NamedTensor[]) => NamedTensor[]) => {
    const { file } = await exported();
    const { tensors } = readSafetensors(file);
    const target = `${file}.changed.safetensors`;
    writeFileAtomically(target, (sink) => encodeSafetensors(change(tensors), {}, sink));
    return { file, target };
  };

  test("removes the prefix that DataParallel adds to names, and says so", async () => {
    const { file, target } = await changed((tensors) =>
      tensors.map((tensor) => ({ ...tensor, name: `module.${tensor.name}` })),
    );
    const io = collectingIo();
    await evaluateWeightsCommand(["cifar-8"], { ...defaults, ...net, weights: target, json: true }, io);
    expect(io.errors).toBe(`Removed "module." from the names in ${target}.\n`);
    const score = (text: string) => (JSON.parse(text) as { loss: number }).loss;
    expect(score(io.text)).toBe(score(await run(["cifar-8"], file)));
  });

  test("refuses weights that are NaN, and a net with another number of classes", async () => {
    const nan = await changed((tensors) =>
      tensors.map((tensor, i) => (i === 3 ? { ...tensor, data: tensor.data.map(() => Number.NaN) } : tensor)),
    );
    await expect(run(["cifar-8"], nan.target)).rejects.toMatchObject({
      message: `Expected each weight in ${nan.target} to be a finite number, got NaN or infinity in 1 of 37 tensors: bn1.running_mean.`,
      hints: ["The file is damaged, or its training diverged."],
    });
    const seven = await changed((tensors) =>
      tensors.map((tensor) => {
        if (!tensor.name.startsWith("fc.")) return tensor;
        const shape = [7, ...tensor.shape.slice(1)];
        return { ...tensor, shape, data: tensor.data.slice(0, (tensor.data.length / 10) * 7) };
      }),
    );
    await expect(run(["cifar-8"], seven.target)).rejects.toThrow(
      `Expected ${seven.target} to hold a net with 10 classes, like synthetic, got one with 7.`,
    );
  });

  test("prints a table", async () => {
    const { file } = await exported();
    const text = await run(["cifar-8"], file, { json: false, scales: [16] });
    expect(text).toMatch(/^scale 16; 2,000 test images of synthetic; native/);
    expect(text).toMatch(/^cifar-8 +\d+\.\d\d +\d+\.\d\d +\d\.\d{4}$/m);
  });

  test("refuses another net's weights, several models, a missing data set, and options that need training images", async () => {
    const { file } = await exported();
    await expect(run(["cifar-14"], file)).rejects.toMatchObject({
      message: `Expected ${file} to have the weights of this net, got the weights of another net.`,
      hints: [expect.stringMatching(/^Missing: layer1\.1\.conv1\.weight, /)],
    });
    await expect(run(["cifar-8", "cifar-14"], file)).rejects.toThrow(
      "Expected one net with --weights, such as imagenet-50, got cifar-8 cifar-14.",
    );
    await expect(run(["cifar-8"], file, { dataset: undefined })).rejects.toThrow("Expected --dataset with --weights");
    await expect(run(["cifar-8"], file, { statistics: "precise" })).rejects.toThrow(
      "Expected --statistics running with --weights, got precise.",
    );
    const pickle = join(temporaryDirectory(), "resnet.pth");
    writeFileSync(pickle, "PK\u0003\u0004 a pickle");
    await expect(run(["cifar-8"], pickle)).rejects.toThrow(
      `Expected ${pickle} to be a safetensors file, got a zip archive such as torch.save writes.`,
    );
  });
});
