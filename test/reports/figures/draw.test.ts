import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { listSetups } from "../../../src/reports/analysis/setups.ts";
import { drawFigure, renderPng } from "../../../src/reports/figures/draw.ts";
import type { Figure } from "../../../src/reports/figures/figure.ts";
import { listFigures } from "../../../src/reports/figures/list.ts";
import { figureSpec } from "../../../src/reports/figures/spec.ts";
import { fourNets } from "../sample-records.ts";

const runs = [...fourNets(), ...fourNets({ seed: 1 })];
const figure = listFigures(["figure-4"], listSetups(runs))[0] as Figure;

describe("a drawing", () => {
  it("has the same bytes for the same CSV, on any machine", async () => {
    const { svg, panels } = await drawFigure(figure);
    expect(await drawFigure({ ...figure })).toEqual({ figure, svg, panels });
    // Vega estimates the size of text: with a canvas, legends would move with the machine's fonts.
    expect(createHash("sha256").update(svg).digest("hex")).toBe(
      "ab2f67036c583ccd0a3613307b45963ec1f18405d9104c9c4256be8a51c460fc",
    );
  });

  it("names each line, with dashes for training errors, bold lines for test errors, and ours in colour over grey", async () => {
    const { svg } = await drawFigure(figure);
    const line = (label: string) => new RegExp(`<path aria-label="${label}"[^>]*line mark[^>]*>`).exec(svg)?.[0] ?? "";
    expect(line("plain-34, train, ours")).toMatch(/stroke="#d62020" stroke-width="1.2" stroke-dasharray="4,3"/);
    expect(line("plain-34, test, ours")).toContain('stroke-width="2.4"');
    expect(line("plain-18, test, paper")).toContain('stroke="#8c8c8c"');
    expect(svg.indexOf("plain-18, test, paper")).toBeLessThan(svg.indexOf("plain-18, test, ours"));
  });

  it("has different ids in each picture, because a page has several", async () => {
    const { svg, panels } = await drawFigure(figure);
    const ids = [svg, ...panels.map((panel) => panel.svg)].map((text) =>
      [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id),
    );
    expect(new Set(ids.flat()).size).toBe(ids.flat().length);
    for (const [, id] of svg.matchAll(/url\(#([^)]+)\)/g)) expect(ids[0]).toContain(id);
  });

  it("is a PNG at twice the size, too", async () => {
    const png = await renderPng((await drawFigure(figure)).svg);
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect(png.readUInt32BE(16)).toBeGreaterThan(1000);
  });
});

describe("a specification", () => {
  it("draws the CSV next to it", () => {
    expect(figureSpec(figure)).toMatchObject({
      $schema: "https://vega.github.io/schema/vega-lite/v6.json",
      data: { url: "figure-4.csv", format: { type: "csv" } },
    });
  });
});
