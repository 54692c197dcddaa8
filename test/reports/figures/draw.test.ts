import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { listSetups } from "../../../src/reports/analysis/setups.ts";
import { drawFigure, renderPng } from "../../../src/reports/figures/draw.ts";
import type { Figure } from "../../../src/reports/figures/figure.ts";
import { listFigures } from "../../../src/reports/figures/list.ts";
import { figureSpec } from "../../../src/reports/figures/spec.ts";
import { doneRecord, fourNets } from "../sample-records.ts";

const runs = [...fourNets(), ...fourNets({ seed: 1 })];
const figure = listFigures(["figure-4"], listSetups(runs))[0] as Figure;

describe("a drawing", () => {
  it("has the same bytes for the same CSV, on any machine", async () => {
    const { svg, panels } = await drawFigure(figure);
    expect(await drawFigure({ ...figure })).toEqual({ figure, svg, panels });
    // Vega estimates the size of text: with a canvas, legends would move with the machine's fonts.
    expect(createHash("sha256").update(svg).digest("hex")).toBe(
      "1ee3d90d8c19c1206da030ba33d81315ee8ec344dab180639bb3beab239e5a67",
    );
  });

  it("names each line, with dashes for training errors, bold lines for test errors, and the paper's lines pale under ours", async () => {
    const { svg } = await drawFigure(figure);
    const line = (label: string) => new RegExp(`<path aria-label="${label}"[^>]*line mark[^>]*>`).exec(svg)?.[0] ?? "";
    expect(line("plain-34, train, ours")).toMatch(/stroke="#d62020" stroke-width="1.2" stroke-dasharray="4,3"/);
    expect(line("plain-34, test, ours")).toContain('stroke-width="2.4"');
    expect(line("plain-18, test, paper")).toMatch(/stroke="#00a5bf" .*opacity="0.4"/);
    expect(line("plain-18, test, ours")).toMatch(/stroke="#00a5bf" .*opacity="1"/);
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

describe("the legends of a drawing", () => {
  const words = (svg: string) => [...svg.matchAll(/<text [^>]*>([^<]+)<\/text>/g)].map(([, text]) => text);
  const count = (svg: string, word: string) => words(svg).filter((text) => text === word).length;

  it("say once what dashes and pale lines are, and above each panel which nets only it has", async () => {
    const { svg, panels } = await drawFigure(figure);
    const names = ["plain-18", "ResNet-34", "test error", "training error", "ours", "the paper's"];
    expect(names.map((name) => count(svg, name))).toEqual([1, 1, 1, 1, 1, 1]);
    // The page has legends of its own.
    expect(names.map((name) => count(panels[0]!.svg, name))).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("name nets once that all panels have", async () => {
    const curves = listFigures([], listSetups(runs))[0] as Figure;
    const { svg } = await drawFigure(curves);
    expect(curves.panels).toHaveLength(2);
    expect(["plain-18", "ResNet-34", "training error", "the paper's"].map((name) => count(svg, name))).toEqual([
      1, 1, 1, 0,
    ]);
  });

  it("dash the swatch of a plain net whose depth a residual net has too", async () => {
    const layers = ["plain", "basic"].map((block) => {
      const record = doneRecord({ label: `${block}-20`, model: { family: "cifar", block, depth: 20 } }, 0.1, 0.1);
      const responses = { responseStd: [1, 2], gradientNorm: [] };
      return { ...record, metrics: record.metrics.map((metric) => ({ ...metric, layers: responses })) };
    });
    const response = listFigures([], listSetups(layers)).find(({ title }) => title === "Figure 7") as Figure;
    const { svg } = await drawFigure(response);
    const symbols = [...svg.matchAll(/<g class="mark-symbol role-legend-symbol".*?<\/g>/gs)].map(([symbol]) => symbol);
    expect(symbols.slice(0, 2).map((symbol) => /stroke-dasharray="([^"]*)"/.exec(symbol)?.[1])).toEqual(["4,3", "1,0"]);
    expect(symbols[0]).not.toBe(symbols[1]);
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
