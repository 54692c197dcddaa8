import { beforeAll, describe, expect, test } from "vitest";
import { correlations, gradientCorrelation } from "../../src/analyses/gradient-correlation.ts";
import { analysisSchemas } from "../../src/config/analysis-schemas.ts";
import { openEngine } from "../../src/engines/choice.ts";
import { hashSubject } from "./hash-subject.ts";

beforeAll(async () => {
  await openEngine("native", { threads: 2 });
});

const line = (...gradients: number[][]) => gradients.map((values) => Float64Array.from(values));

describe("the likeness of gradients", () => {
  test("is 1 at every distance where all gradients are alike, and −1 where they are opposite", () => {
    expect(correlations([line([1, 2], [1, 2], [1, 2], [1, 2])])).toEqual([1, 1].map((one) => expect.closeTo(one, 12)));
    expect(correlations([line([1, 2], [-1, -2], [1, 2], [-1, -2])])[1]).toBeCloseTo(-1, 12);
  });

  test("is the cosine of all neighbours of all lines together, by hand", () => {
    // Neighbours: 1·3 + 3·0 and 2·2 + 2·2; lengths 1 + 9 + 4 + 4 before, 9 + 0 + 4 + 4 after.
    const found = correlations([line([1], [3], [0]), line([2], [2], [2])]);
    expect(found[1]).toBeCloseTo((3 + 8) / Math.sqrt(18 * 17), 12);
  });

  test("of a net begins with 1 at no distance, untrained and trained, and goes on to half of the line", async () => {
    const subject = await hashSubject({ depth: 14 });
    const settings = analysisSchemas["gradient-correlation"].parse({ pairs: 2, points: 17, statisticsBatches: 2 });
    const rows = (await Promise.all(gradientCorrelation.parts(subject, settings).map((part) => part.measure()))).flat();
    for (const state of ["untrained", "trained"]) {
      const own = rows.filter((row) => row.state === state);
      expect(own.map(({ distance }) => distance)).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((lag) => lag / 16));
      expect(own[0]!.correlation).toBeCloseTo(1, 12);
      for (const { correlation } of own) expect(Math.abs(correlation as number)).toBeLessThan(1 + 1e-9);
    }
    expect(rows[1]!.correlation).not.toBe(rows[9]!.correlation);
  });
});
