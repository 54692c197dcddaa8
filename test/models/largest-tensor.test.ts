import { describe, expect, test } from "vitest";
import { modelSchema } from "../../src/config/schema.ts";
import { requireTensorsFit } from "../../src/models/largest-tensor.ts";

const resnet50 = modelSchema.parse({ family: "imagenet", depth: 50 });
const input = { height: 224, width: 224, channels: 3, classes: 1000 };
const key = "training.batchSize";
// The stem's output is 112 × 112 × 64 float32 per image, as large as the output of a block of conv2 (56 × 56 × 256).
const bytesPerImage = 112 * 112 * 64 * 4;

describe("a limit on the bytes of a tensor", () => {
  test("allows a batch whose largest activation just fits", () => {
    expect(() => requireTensorsFit(resnet50, input, { size: 41, key }, 41 * bytesPerImage)).not.toThrow();
  });

  test("names the tensor, the limit and the batch that fits if it is exceeded", () => {
    const refused = () => requireTensorsFit(resnet50, input, { size: 256, key }, 2 ** 27);
    expect(refused).toThrow(
      "Expected each tensor to have at most 128 MiB, the adapter's limit, but stem.conv has 784 MiB at " +
        "training.batchSize 256: [256, 112, 112, 64].",
    );
    expect(refused).toThrow(expect.objectContaining({ hints: ["A training.batchSize of 41 fits."] }));
  });

  test("asks for another engine if not even one image fits", () => {
    expect(() => requireTensorsFit(resnet50, input, { size: 1, key }, 2 ** 20)).toThrow(
      expect.objectContaining({ hints: ["Not even one image fits: choose another engine."] }),
    );
  });
});
