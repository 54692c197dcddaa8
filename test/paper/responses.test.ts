import { describe, expect, it } from "vitest";
import { responses } from "../../src/paper/responses.ts";

describe("the paper's layer responses", () => {
  it("have 6n+1 layers for 6n+2 weighted layers", () => {
    for (const { model, stds } of responses) expect(stds).toHaveLength(model.depth - 1);
  });

  // Mean, maximum and minimum, read off the drawing together with the values.
  it.each([
    ["plain-20", 1.82, 2.32, 1.28],
    ["ResNet-20", 1.62, 2.5, 1.13],
    ["plain-56", 1.52, 3.03, 0.99],
    ["ResNet-56", 1.13, 2.98, 0.65],
    ["ResNet-110", 0.99, 3.41, 0.65],
  ])("of %s average %d, between %d and %d", (label, mean, max, min) => {
    const stds = responses.find((net) => net.label === label)?.stds ?? [];
    expect(stds.reduce((sum, std) => sum + std, 0) / stds.length).toBeCloseTo(mean, 1);
    expect(Math.max(...stds)).toBe(max);
    expect(Math.min(...stds)).toBe(min);
  });
});
