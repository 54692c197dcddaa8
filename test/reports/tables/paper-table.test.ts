import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../../src/records/record.ts";
import { listSetups } from "../../../src/reports/analysis/setups.ts";
import { paperTableCsv, paperTableMarkdown } from "../../../src/reports/tables/paper-columns.ts";
import { paperTable } from "../../../src/reports/tables/paper-table.ts";
import { evaluated, evaluation, oneLook, paperScales, tenCrops } from "../evaluated-records.ts";
import { doneRecord, fourNets, paperRun } from "../sample-records.ts";

function build(reference: string, runs: readonly RunRecord[]) {
  const table = paperTable(reference, listSetups(runs));
  if (!table) throw new Error("no table");
  return { csv: paperTableCsv(table).split("\n"), markdown: paperTableMarkdown("study", table).split("\n") };
}

const entry = (key: string) =>
  "paper,paperMean,paperStd,runs,mean,std,intervalLow,intervalHigh,trainErrorMean,difference,verdict,reason,grade,deviations"
    .split(",")
    .map((column) => key + column)
    .join(",");

describe("a table in the paper's layout", () => {
  it("has a row per depth, with plain next to residual, for Table 2", () => {
    const { csv, markdown } = build("table-2", fourNets());
    expect(csv[0]).toBe(`setup,dataset,iterations,layers,published,${entry("plain ")},${entry("ResNet ")}`);
    expect(csv).toHaveLength(1 + 2 + 1);
    expect(csv[1]).toMatch(
      /^"synthetic, 600 iterations",synthetic,600,18 layers,false,0\.2794,,,1,0\.4,,,,0\.3,,not comparable,"we tested on synthetic images, the paper on ImageNet",toy,"synthetic images, not ImageNet; width 8, not 64; .*0\.2788,,,1,0\.32,,,,0\.221,/,
    );
    expect(markdown).toContain(
      "| layers | plain, paper | plain, ours | plain, verdict | ResNet, paper | ResNet, ours | ResNet, verdict | grade |",
    );
    expect(markdown).toContain(
      "| 34 layers | 28.54 | 50.00 (n = 1) | not comparable | 25.03 | 31.00 (n = 1) | not comparable | toy |",
    );
    expect(markdown).toContain("- Not comparable: we tested on synthetic images, the paper on ImageNet.");
  });

  it("leaves the cells of untrained nets empty", () => {
    const { markdown } = build("table-2", [doneRecord({}, 0.3, 0.4)]);
    expect(markdown).toContain("| 34 layers | 28.54 |  |  | 25.03 |  |");
  });

  it("has every method in the paper's order for Table 6, with other authors' marked, and our own nets below", () => {
    const runs = [
      ...[0.065, 0.067, 0.066, 0.068, 0.064].map((error, seed) => doneRecord(paperRun(110, { seed }), 0.001, error)),
      doneRecord(paperRun(20, {}, "plain"), 0.01, 0.09),
    ];
    const { csv, markdown } = build("table-6", runs);
    expect(csv).toHaveLength(1 + 12 + 1 + 1);
    expect(csv[1]).toMatch(/^"CIFAR-10, 64000 iterations",CIFAR-10,64000,Maxout,,,true,0\.0938,/);
    // t(0.975, 4) · 0.00158114 / √5 = 0.0019632
    expect(csv[11]).toMatch(
      /,ResNet-110,110,1\.7M,false,0\.0643,0\.0661,0\.0016,5,0\.066,0\.001581138\d+,0\.06403\d+,0\.06796\d+,0\.001,-0\.000[01]\d+,reproduced,/,
    );
    expect(markdown).toContain("| Highway-19 * | 19 | 2.3M | 7.54 (7.72 ± 0.16) |  |  |  |  |");
    expect(markdown).toContain(
      "| ResNet-110 | 110 | 1.7M | 6.43 (6.61 ± 0.16) | 6.60 ± 0.16 (95 %: 6.40 to 6.80, n = 5) | −0.01 | reproduced | paper-exact |",
    );
    expect(markdown).toContain("| plain-20 | 20 |  |  | 9.00 (n = 1) |  |  | paper-exact |");
    expect(markdown).toContain("- * As published. We did not run it.");
  });

  it("has the paper's top-5 errors next to top-1 for Tables 3 and 4, and only top-5 for Table 5", () => {
    const runs = fourNets();
    expect(build("table-3", runs).markdown).toContain("| VGG-16 * | 28.07 |  |  | 9.33 |  |");
    expect(build("table-4", runs).markdown).toContain("| VGG (ILSVRC'14) (on the test set) * | – | 8.43 |");
    expect(build("table-5", runs).markdown).toContain("| ResNet (ILSVRC'15) * | 3.57 |");
  });

  it("has the studies of shortcuts and units, in which a failure is a result too", () => {
    const gate = (gateBias: number, seed: number, error: number) =>
      doneRecord(
        paperRun(110, {
          seed,
          label: `ResNet-110 exclusive-gating bias=${gateBias}`,
          paper: ["identity-mappings-table-1"],
          model: { shortcut: "exclusive-gating", weighing: { gateBias } },
        }),
        0.1,
        error,
      );
    const runs = [0, 1, 2, 3, 4].flatMap((seed) => [gate(0, seed, 0.4), gate(-6, seed, 0.0871)]);
    const { markdown } = build("identity-mappings-table-1", runs);
    expect(markdown).toContain(
      "| exclusive gating, bias 0 | fails (> 20) | 40.00 ± 0.00 (95 %: 40.00 to 40.00, n = 5) |  | reproduced | paper-exact |",
    );
    expect(markdown).toContain(
      "| exclusive gating, bias −6 | 8.70 | 8.71 ± 0.00 (95 %: 8.71 to 8.71, n = 5) | +0.01 | reproduced | paper-exact |",
    );
    expect(markdown).toContain("| exclusive gating, bias −7 | 9.81 |  |  |  |  |");
    expect(build("identity-mappings-table-2", runs).markdown).toContain("| full-pre-activation | 6.37 | 5.46 |");
  });

  it("puts a net of another depth next to the paper's net with the same units if units are compared, without a verdict", () => {
    const unit = (depth: number, activation: "original" | "full-pre-activation") =>
      doneRecord(
        paperRun(depth, { label: `ResNet-${depth} ${activation}`, paper: [], model: { activation } }),
        0.1,
        depth === 56 ? 0.09 : 0.07,
      );
    const ours = [unit(56, "original"), unit(56, "full-pre-activation")];
    const { markdown } = build("identity-mappings-table-2", ours);
    expect(markdown).toContain("| full-pre-activation | 6.37 | 9.00 (n = 1) | not comparable | 5.46 | other-net |");
    expect(markdown).toContain("- Not comparable: our net has 56 layers, the paper's 110.");
    expect(build("identity-mappings-table-1", ours).markdown).toContain(
      "| original | 6.61 | 9.00 (n = 1) | not comparable | paper-exact |",
    );
    const exact = build("identity-mappings-table-1", [...ours, unit(110, "original")]).markdown;
    expect(exact).toContain("| original | 6.61 | 7.00 (n = 1) | +0.39 | not enough runs | paper-exact |");
    expect(build("table-6", ours).markdown).not.toContain("56 layers, the paper's");
  });

  describe("a table with evaluated runs", () => {
    const imagenet = (label: string, seed: number, depth: number, error: number, paper: string) =>
      doneRecord(
        {
          experiment: "study",
          label,
          seed,
          paper: [paper],
          datasetTitle: "ImageNet",
          dataset: { name: "imagenet" },
          model: { block: depth < 50 ? "basic" : "bottleneck", shortcut: depth < 50 ? "A" : "B", depth, width: 64 },
          training: {
            batchSize: 256,
            iterations: 600_000,
            learningRate: { dropAt: [150_000, 300_000] },
            augmentation: "scale-crop-flip-colour",
          },
        },
        0.2,
        error,
      );
    const measured = [0.249, 0.25, 0.251].map((error, seed) =>
      evaluated(imagenet("ResNet-34 A", seed, 34, 0.27, "table-3"), [tenCrops, error, error - 0.172]),
    );

    it("has their top-1 and top-5 errors by the paper's protocol, and compares them with the paper's", () => {
      const { csv, markdown } = build("table-3", measured);
      // t(0.975, 2) · 0.001 / √3 = 0.002484, and 25.03 and 7.76 in the paper.
      expect(markdown).toContain(
        "| ResNet-34 A | 25.03 | 25.00 ± 0.10 (95 %: 24.75 to 25.25, n = 3) | −0.03 | no band | 7.76 | 7.80 ± 0.10 (95 %: 7.55 to 8.05, n = 3) | +0.04 | no band | paper-exact |",
      );
      expect(markdown).toContain(
        "- Errors are in %. Paper: ImageNet validation, 10-crop top-1. Ours: 10 crops, running statistics, mean ± standard deviation.",
      );
      expect(markdown).toContain("- No band: nobody knows how much runs scatter on ImageNet.");
      expect(markdown.join("\n")).not.toContain("resnet-exp evaluate");
      expect(csv[0]).toContain(",top1 deviations,top1 protocol,top5 paper,");
      expect(csv[5]).toMatch(
        /,ResNet-34 A,false,0\.2503,,,3,0\.25,0\.001\d*,.*"10 crops, running statistics",0\.0776,,,3,/,
      );
    });

    it("says how the other runs were tested, and which command tests them by the paper's protocol", () => {
      const { markdown } = build("table-3", [...measured, imagenet("ResNet-50", 0, 50, 0.26, "table-3")]);
      expect(markdown).toContain(
        "| ResNet-50 | 22.85 | 26.00 (n = 1) |  | not comparable | 6.71 |  |  |  | paper-exact |",
      );
      expect(markdown).toContain(
        "- Errors are in %. Paper: ImageNet validation, 10-crop top-1. Ours: 10 crops, running statistics (ResNet-34 A); test error after the last iteration (ResNet-50); mean ± standard deviation.",
      );
      expect(markdown).toContain("- Not comparable: we tested on one centre crop, the paper on 10 crops.");
      expect(markdown).toContain(
        "- ResNet-50 was tested on one centre crop only. To test by the paper's protocol, 10 crops: `resnet-exp evaluate 'study/*' --crops 10`.",
      );
    });

    it("accepts several scales of small images for Table 4, and says that they are not comparable", () => {
      const scales = { ...oneLook, scales: [32, 40, 48] };
      const options = { label: "ResNet-34", model: { block: "basic", shortcut: "B", depth: 34 } };
      const runs = [evaluated(doneRecord(options, 0.2, 0.31), [tenCrops, 0.3, 0.1], [scales, 0.29, 0.09])];
      expect(build("table-4", runs).markdown).toContain(
        "| ResNet-34 B | 21.84 | 29.00 (n = 1) | not comparable | 5.71 | 9.00 (n = 1) | not comparable | toy |",
      );
      const without = build("table-4", [doneRecord(options, 0.2, 0.31)]);
      expect(without.markdown).toContain("| ResNet-34 B | 21.84 | 31.00 (n = 1) | not comparable | 5.71 | toy |");
      expect(without.csv[0]).not.toContain("protocol");
      expect(without.markdown).toContain(
        "- ResNet-34 was tested on the whole image only. To test by the paper's protocol, several scales: `resnet-exp evaluate 'plain-vs-res/*' --scales 32,40,48`.",
      );
    });

    it("has our ensembles and their members in Table 5, by the paper's protocol if that was tested", () => {
      const scales = { ...oneLook, scales: [...paperScales] };
      const nets = [34, 50].map((depth, i) =>
        evaluated(
          imagenet(`ResNet-${depth}`, 0, depth, 0.27, "table-5"),
          [scales, 0.22, 0.06 - i / 100],
          [oneLook, 0.27, 0.08],
        ),
      );
      const ids = nets.map(({ run }) => run.id);
      const [first, second] = nets as [RunRecord, RunRecord];
      const ensembles = [evaluation(first, oneLook, 0.25, 0.07, ids), evaluation(first, scales, 0.2, 0.045, ids)];
      const runs = [{ ...first, evaluations: [...first.evaluations, ...ensembles] }, second];
      const { markdown } = build("table-5", runs);
      const way = "scales 224, 256, 384, 480, 640, running statistics";
      expect(markdown.filter((line) => line.includes("ResNet-"))).toEqual([
        "| ensemble of 2: ResNet-34, ResNet-50 |  | 4.50 (n = 1) | not comparable | paper-exact |",
        "| ResNet-34 |  | 6.00 (n = 1) |  | paper-exact |",
        "| ResNet-50 |  | 5.00 (n = 1) |  | paper-exact |",
        expect.stringMatching(/^- ResNet-34, ResNet-50 \(paper-exact\): /),
      ]);
      expect(markdown).toContain(`- Errors are in %. Paper: ImageNet test, top-5 of ensembles. Ours: ${way}.`);
      const others = [evaluation(first, oneLook, 0.25, 0.07, ids), evaluation(first, tenCrops, 0.24, 0.06, ids)];
      const two = build("table-5", [{ ...first, evaluations: others }, second]).markdown;
      expect(two.filter((line) => line.startsWith("| ensemble")).map((line) => line.split(" | ")[0])).toEqual([
        "| ensemble of 2: ResNet-34, ResNet-50; one centre crop, running statistics",
        "| ensemble of 2: ResNet-34, ResNet-50; 10 crops, running statistics",
      ]);
      expect(markdown).toContain("- Not comparable: we tested on validation images, the paper on test images.");
      expect(build("table-5", nets).markdown).toContain(
        "- No ensemble was tested by the paper's protocol, scales 224, 256, 384, 480, 640. To test one: `resnet-exp evaluate 'study/*' --scales 224,256,384,480,640`.",
      );
    });
  });

  it("occurs once for each set-up", () => {
    const runs = [...fourNets(), ...fourNets({ training: { iterations: 60 } })];
    expect(build("table-2", runs).csv).toHaveLength(1 + 4 + 1);
    expect(build("table-2", runs).markdown.filter((line) => line.startsWith("## "))).toEqual([
      "## synthetic, 600 iterations",
      "## synthetic, 60 iterations",
    ]);
  });

  it("does not exist for a reference without a layout", () => {
    expect(paperTable("figure-4", [])).toBeUndefined();
    expect(paperTable("table-9", [])).toBeUndefined();
  });
});
