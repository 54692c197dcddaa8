import { expect, it } from "vitest";
import { modelCard } from "../../src/reports/model-card.ts";
import { doneRecord } from "./sample-records.ts";

const file = { file: "model.safetensors", sha256: "0".repeat(64), numbers: 1234 };
const net = { family: "imagenet", depth: 50, block: "bottleneck", shortcut: "B", width: 64, strideIn: "3x3" };

it("a card shows how torchvision loads a net that it has", () => {
  const record = doneRecord({ dataset: { name: "imagenet" }, datasetTitle: "ImageNet", model: net }, 0.2, 0.25);
  const card = modelCard(record, record.done!, { ...file, differences: [] });
  expect(card).toContain('net = torchvision.models.resnet50(num_classes=weights["fc.bias"].shape[0])');
  expect(card).toContain("datasets:\n  - ILSVRC/imagenet-1k\n");
  expect(card).toContain("value: 0.75\n");
});

it("a card does not give images in ImageNet's layout ImageNet's name", () => {
  const record = doneRecord(
    { dataset: { name: "imagenet" }, datasetTitle: "images of 3 classes", model: net },
    0.2,
    0.25,
  );
  const card = modelCard(record, record.done!, { ...file, differences: ["it is another net"] });
  expect(card).not.toContain("ILSVRC");
  expect(card).toContain("- it is another net\n");
  expect(card).not.toContain("import torchvision");
});

it.each([
  ["cifar10", "CIFAR-10", "uoft-cs/cifar10"],
  ["cifar10", "CIFAR-10, JPEG copy", undefined],
  ["cifar10", "CIFAR-10 (files not verified as the original)", undefined],
  ["imagenet", "ImageNet, mean of each channel", "ILSVRC/imagenet-1k"],
])("a card names a published data set only for its own files (%s, %s)", (name, datasetTitle, published) => {
  const record = doneRecord({ dataset: { name }, datasetTitle, model: net }, 0.2, 0.25);
  const datasets = /^datasets:\n {2}- (.+)$/m.exec(modelCard(record, record.done!, { ...file, differences: [] }))?.[1];
  expect(datasets).toBe(published);
});
