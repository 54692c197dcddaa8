import { describe, expect, it } from "vitest";
import { paperRows } from "../../src/paper/lookup.ts";
import { printedMultiplyAdds, tables } from "../../src/paper/tables.ts";

const errors = (reference: string) =>
  Object.fromEntries(paperRows(reference).map(({ label, error }) => [label, error]));

describe("the paper's tables", () => {
  it("have the four numbers of Table 2", () => {
    expect(errors("table-2")).toEqual({
      "plain-18": 0.2794,
      "plain-34": 0.2854,
      "ResNet-18 A": 0.2788,
      "ResNet-34 A": 0.2503,
    });
  });

  it("have Table 3's and Table 4's deepest nets", () => {
    expect(paperRows("table-3").at(-1)).toMatchObject({ label: "ResNet-152", error: 0.2143, top5: 0.0571 });
    expect(paperRows("table-4").at(-1)).toMatchObject({ label: "ResNet-152", error: 0.1938, top5: 0.0449 });
    expect(paperRows("table-5").at(-1)).toMatchObject({ label: "ResNet (ILSVRC'15)", top5: 0.0357 });
    expect(paperRows("table-3")).toHaveLength(10);
  });

  it("have the residual nets of Table 6 with parameters, and five runs of ResNet-110", () => {
    expect(errors("table-6")).toMatchObject({ "ResNet-20": 0.0875, "ResNet-56": 0.0697, "ResNet-1202": 0.0793 });
    expect(paperRows("table-6", { family: "cifar", depth: 110, block: "basic", shortcut: "A" })).toEqual([
      {
        reference: "table-6",
        table: "Table 6",
        label: "ResNet-110",
        model: { family: "cifar", depth: 110, block: "basic", shortcut: "A" },
        parameters: 1.7e6,
        error: 0.0643,
        mean: 0.0661,
        std: 0.0016,
        runs: 5,
        dataset: "CIFAR-10",
        protocol: "CIFAR-10 test, single view, last iteration",
        source: "arXiv 1512.03385v1, Table 6",
      },
    ]);
  });

  it("say how images are tested: ten crops in Tables 2 and 3, five scales in 4 and 5, one view in 6 (section 3.4)", () => {
    const looks = (reference: string) => [...new Set(paperRows(reference).map((row) => row.looks))];
    expect(looks("table-2")).toEqual([{ crops: 10, scales: null }]);
    expect(looks("table-3")).toEqual([{ crops: 10, scales: null }]);
    expect(looks("table-4")).toEqual([{ crops: 1, scales: [224, 256, 384, 480, 640] }]);
    expect(looks("table-5")).toEqual([{ crops: 1, scales: [224, 256, 384, 480, 640] }]);
    expect(looks("table-6")).toEqual([undefined]);
  });

  it("have 97216·n − 21926 parameters, rounded as printed, for 6n+2 layers with option A", () => {
    for (const { model, parameters } of paperRows("table-6")) {
      if (!model || parameters === undefined) continue;
      const exact = (97_216 * (model.depth - 2)) / 6 - 21_926;
      expect(Math.abs(exact - parameters) / exact, `${model.depth} layers`).toBeLessThan(0.02);
    }
  });

  it("agree where two tables print the same net under the same protocol", () => {
    for (const row of paperRows("table-3")) {
      if (!row.model) continue;
      const [twin] = paperRows("table-2", row.model);
      if (twin) expect(twin).toMatchObject({ error: row.error, protocol: row.protocol });
    }
  });

  it("have fractions, top-5 below top-1, and say where each comes from and what it measures", () => {
    for (const { error, top5, source, protocol, label } of tables) {
      expect(error ?? top5, label).toBeDefined();
      for (const value of [error, top5]) if (value !== undefined) expect(value).toBeGreaterThan(0.03);
      for (const value of [error, top5]) if (value !== undefined) expect(value).toBeLessThan(0.3);
      if (error !== undefined && top5 !== undefined) expect(top5, label).toBeLessThan(error);
      expect(source).toMatch(/^arXiv 1512\.03385v1, Table \d$/);
      expect(protocol).not.toBe("");
    }
  });

  it("print more multiply-adds for more layers", () => {
    expect(Object.values(printedMultiplyAdds)).toEqual([1.8e9, 3.6e9, 3.8e9, 7.6e9, 11.3e9]);
  });
});
