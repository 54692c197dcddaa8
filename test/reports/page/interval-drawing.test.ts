import { describe, expect, it } from "vitest";
import { axisReach, intervalDrawing } from "../../../src/reports/page/interval-drawing.ts";

describe("the drawing of an interval against zero", () => {
  it("has zero in its middle, the interval as a line, our mean as a dot and the paper's as a diamond", () => {
    const svg = intervalDrawing([{ difference: 0.1, interval: [0.05, 0.15], paper: -0.1, above: 0 }], 0.2);
    // 160 wide with 6 at each edge: 74 for 0.2.
    expect(svg).toContain('<path class="zero" d="M80 0V14"/>');
    expect(svg).toContain('<path class="range" d="M98.5 7H135.5"/>');
    expect(svg).toContain('<circle class="mean" cx="117" cy="7" r="3"/>');
    expect(svg).toContain('<path class="papers" d="M43 2l4 5l-4 5l-4 -5z"/>');
    expect(svg).toContain('<rect class="claimed" x="80" y="1" width="80" height="12"/>');
  });

  it("shades a claimed band between its limits, and the side below a limit", () => {
    expect(intervalDrawing([{ above: -0.1, below: 0.1 }], 0.2)).toContain('x="43" y="1" width="74"');
    expect(intervalDrawing([{ below: 0 }], 0.2)).toContain('x="0" y="1" width="80"');
  });

  it("shows one run by an open dot without a line, and nothing for a difference that is no number", () => {
    const lone = intervalDrawing([{ difference: 0.1 }], 0.2);
    expect(lone).toContain('class="mean lone"');
    expect(lone).not.toContain("range");
    expect(intervalDrawing([{ difference: Number.NaN }], 0.2)).not.toContain("circle");
  });

  it("has a line below the other for each difference", () => {
    const svg = intervalDrawing([{ difference: 0 }, { difference: 0.1 }], 0.2);
    expect(svg).toContain('viewBox="0 0 160 28"');
    expect(svg).toContain('cy="21"');
  });

  it("reaches to all means, limits, numbers of the paper and intervals, and ends very long intervals in arrows", () => {
    const wide = { difference: 0.01, interval: [-2, 2], paper: -0.02, above: 0 } as const;
    expect(axisReach([wide])).toBeCloseTo(0.05, 12);
    expect(axisReach([{ difference: 0.01, interval: [-0.01, 0.03] }, { paper: 0.02 }])).toBeCloseTo(0.03, 12);
    expect(axisReach([{ difference: 0.01 }])).toBeCloseTo(0.011, 12);
    expect(axisReach([])).toBe(1);
    const svg = intervalDrawing([wide], axisReach([wide]));
    expect(svg).toContain('d="M6 7H154"');
    expect(svg).toContain('d="M10 3L6 7L10 11"');
    expect(svg).toContain('d="M150 3L154 7L150 11"');
  });
});
