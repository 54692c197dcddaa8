import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "../../../src/cli/commands/run.ts";
import { weightsFoldCommand } from "../../../src/cli/commands/weights-fold.ts";
import { readSafetensors } from "../../../src/weights/safetensors.ts";
import { temporaryDirectory } from "../../records/sample-run.ts";
import { collectingIo } from "../results.ts";

const experiment = `
name: folding
dataset: { name: synthetic, trainImages: 32, testImages: 20 }
model: { family: cifar, depth: 8, width: 4 }
training: { batchSize: 8, iterations: 4, learningRate: { initial: 0.05 } }
evaluation: { every: 4, batchSize: 8 }
matrix:
  unit:
    - { model.block: repvgg, model.activation: original }
    - { model.block: repvgg, model.activation: no-last-relu }
    - { model.block: repvgg-folded, model.activation: original }
`;

let results: string;
beforeAll(async () => {
  results = mkdtempSync(join(tmpdir(), "resnet-exp-"));
  const file = join(results, "folding.yaml");
  writeFileSync(file, experiment);
  await runCommand([file], { engine: "native", results, json: true }, collectingIo());
});
afterAll(() => rmSync(results, { recursive: true, force: true }));

async function fold(run: string, options: { to?: string; json?: boolean } = {}) {
  const to = options.to ?? join(temporaryDirectory(), "folded.safetensors");
  const io = collectingIo();
  const code = await weightsFoldCommand(run, { results, engine: "native", ...options, to }, io);
  return { code, to, io };
}

describe("weights fold", () => {
  test("writes the convolutions with bias, in PyTorch's layout, and shows that the outputs are equal", async () => {
    const to = join(temporaryDirectory(), "new", "folded.safetensors");
    const { code, io } = await fold("ResNet-8 original", { to });
    expect(code).toBe(0);
    const { tensors, metadata } = readSafetensors(to);
    expect(metadata).toMatchObject({ format: "pt", block: "repvgg-folded" });
    expect(tensors.map(({ name, shape }) => `${name} ${shape.join("×")}`)).toEqual([
      "conv1.weight 4×3×3×3",
      "conv1.bias 4",
      "layer1.0.conv1.weight 4×4×3×3",
      "layer1.0.conv1.bias 4",
      "layer1.1.conv1.weight 4×4×3×3",
      "layer1.1.conv1.bias 4",
      "layer2.0.conv1.weight 8×4×3×3",
      "layer2.0.conv1.bias 8",
      "layer2.1.conv1.weight 8×8×3×3",
      "layer2.1.conv1.bias 8",
      "layer3.0.conv1.weight 16×8×3×3",
      "layer3.0.conv1.bias 16",
      "layer3.1.conv1.weight 16×16×3×3",
      "layer3.1.conv1.bias 16",
      "fc.weight 10×16",
      "fc.bias 10",
    ]);
    expect(io.text).toMatch(
      /: 16 tensors, \d,\d{3} numbers\nOn 20 test images the outputs of the folded net differ from the run's by at most\s\d\.\de-\d of the\slargest output, and 20 images get the same class\.\n$/,
    );
  });

  test("gives scripts the same", async () => {
    const { to, io } = await fold("ResNet-8 original", { json: true });
    const facts = JSON.parse(io.text) as { difference: number };
    expect(facts).toMatchObject({ holds: true, file: to, tensors: 16, images: 20, bound: 1e-4, sameClass: 20 });
    expect(facts.difference).toBeLessThan(1e-5);
  });

  test("refuses nets that do not fold, and files that exist", async () => {
    const { to } = await fold("ResNet-8 original");
    await expect(fold("ResNet-8 original", { to })).rejects.toMatchObject({
      message: `Expected --to to name a new file, got ${to}, which exists.`,
    });
    const file = join(temporaryDirectory(), "new.safetensors");
    await expect(fold("plain-8", { to: file })).rejects.toMatchObject({
      message: expect.stringMatching(/^Expected a run with the block repvgg, got \S+ with repvgg-folded\.$/),
    });
    await expect(fold("ResNet-8 no-last-relu", { to: file })).rejects.toMatchObject({
      message: expect.stringMatching(/^Expected a net in the paper's order of activation, got \S+ in no-last-relu\.$/),
    });
    expect(existsSync(file)).toBe(false);
  });
});
