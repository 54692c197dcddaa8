import { describe, expect, test } from "vitest";
import type { RunRecord } from "../../../src/records/record.ts";
import { listSetups } from "../../../src/reports/analysis/setups.ts";
import { contour, landscapePictures } from "../../../src/reports/figures/analyses/landscape-contours.ts";
import { doneRecord } from "../sample-records.ts";

describe("a line of equal loss", () => {
  test("goes through the places where the interpolated logarithm has its value", () => {
    // The loss rises tenfold from left to right, so a line of two of the four steps is in the middle.
    expect(
      contour(
        [
          [1, 10],
          [1, 10],
        ],
        2,
      ),
    ).toBe("M110.0 0.0L110.0 220.0");
    expect(
      contour(
        [
          [1, 10],
          [1, 10],
        ],
        1,
      ),
    ).toBe("M55.0 0.0L55.0 220.0");
  });

  test("is absent where the loss is on one side of it, or no number", () => {
    expect(
      contour(
        [
          [1, 1.1],
          [1, 1.1],
        ],
        2,
      ),
    ).toBe("");
    expect(
      contour(
        [
          [1, Number.NaN],
          [1, 10],
        ],
        2,
      ),
    ).not.toContain("NaN");
  });
});

describe("the pictures", () => {
  const record = (seed: number, drawn: string): RunRecord => ({
    ...doneRecord({ label: "ResNet-8", seed, model: { block: "basic", shortcut: "A" } }, 0.1, 0.2),
    analyses: [
      {
        analysis: "landscape",
        version: 1,
        settings: {},
        weightsSha256: "f".repeat(64),
        datasetDigest: "d",
        engine: { name: "native", version: "1", device: { kind: "cpu", name: "a processor" } },
        parts: 1,
        done: [
          {
            name: "all",
            rows: [-1, 1].flatMap((beta) =>
              [-1, 1].map((alpha) => ({ drawn, direction: 1, alpha, beta, loss: alpha < 0 ? 1 : 10, error: 0.5 })),
            ),
          },
        ],
      },
    ],
  });

  test("have a plane for each run, with lines named by their loss", () => {
    const [picture, ...others] = landscapePictures(listSetups([record(0, "plane"), record(1, "plane")]));
    expect(others).toEqual([]);
    expect(picture!.name).toBe("landscape-resnet-8");
    expect(picture!.svg.match(/seed \d/g)).toEqual(["seed 0", "seed 1"]);
    expect(picture!.svg).toContain("<title>loss 3.2</title>");
  });

  test("are none where only lines were measured", () => {
    expect(landscapePictures(listSetups([record(0, "line")]))).toEqual([]);
  });
});
