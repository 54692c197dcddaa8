// The drawings of nets that a reader takes apart: what they say, and how they work in a real browser.
import { describe, expect, it } from "vitest";
import type { AnalysisRecord } from "../../../src/records/analyses.ts";
import type { RunRecord } from "../../../src/records/record.ts";
import { renderPage } from "../../../src/reports/page/page.ts";
import { describeStudy } from "../../../src/reports/study.ts";
import { chromium, seenInChromium } from "../../helpers/chromium.ts";
import { temporaryDirectory } from "../../records/sample-run.ts";
import { doneRecord } from "../sample-records.ts";

type Row = AnalysisRecord["done"][number]["rows"][number];

function analysis(name: string, rows: Row[], isWhole = true): AnalysisRecord {
  return {
    analysis: name,
    version: 1,
    settings: {},
    weightsSha256: "f".repeat(64),
    datasetDigest: "d",
    engine: { name: "native", version: "1", device: { kind: "cpu", name: "a processor" } },
    parts: isWhole ? 1 : 2,
    done: [{ name: "all", rows }],
  };
}

const deleted = (unit: string, error: number): Row => ({
  change: "deleted",
  unit,
  count: 1,
  draw: 0,
  tau: null,
  error,
});
const whole = (error: number): Row => ({ change: "none", unit: "", count: 0, draw: 0, tau: 1, error });

/** ResNet-8 with seed 0 and 1, of which the second is a point worse, and plain-8. */
function nets(isWhole = true): RunRecord[] {
  const of = (block: "plain" | "basic", seed: number, analyses: AnalysisRecord[]): RunRecord => {
    const label = block === "plain" ? "plain-8" : "ResNet-8";
    const model = { family: "cifar" as const, depth: 8, block, ...(block === "basic" && { shortcut: "A" as const }) };
    const record = doneRecord({ label, seed, dataset: { name: "synthetic" }, model }, 0.1, 0.2);
    const layers = { responseStd: [1, 2, 3, 4, 5, 6, 7], gradientNorm: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7] };
    return { ...record, metrics: [{ ...record.metrics.at(-1)!, layers }], analyses };
  };
  const lesion = (seed: number) =>
    analysis(
      "lesion",
      [whole(0.2 + seed / 100), deleted("stage1.block1", 0.3 + seed / 100), deleted("", 0.9)],
      isWhole,
    );
  const signal = analysis("signal", [
    { state: "untrained", block: "stage1.block1", number: 1, branch: 1, trunk: 0.5, ratio: 2 },
    { state: "trained", block: "stage1.block1", number: 1, branch: 1, trunk: 2, ratio: 0.5 },
  ]);
  return [
    of("plain", 0, [analysis("lesion", [whole(0.25), deleted("stage1.block1.conv2", 0.9)], isWhole)]),
    of("basic", 0, [lesion(0), signal]),
    of("basic", 1, [lesion(1)]),
  ];
}

const page = (records: RunRecord[]) => renderPage(describeStudy("nets", records), []);
const attribute = (html: string, name: string) =>
  [...html.matchAll(new RegExp(`${name}="([^"]*)"`, "g"))].map(([, text]) => text);

describe("a net to take apart", () => {
  it("says the mean error without each part over runs, and the difference from the whole net", () => {
    const html = page(nets());
    expect(attribute(html, "data-whole")).toEqual([
      "The whole net: test error 25.00 %.",
      "The whole net: test error 20.50 ± 0.71 % (2 runs).",
    ]);
    expect(attribute(html, "data-without")).toEqual([
      "stage1.block1.conv2: response 3.00, gradient 0.30. Without stage1.block1.conv2: test error 90.00 %, +65.00 points.",
      "stage1.block1: branch / trunk 2.00 untrained, 0.50 trained. Without stage1.block1: test error 30.50 ± 0.71 % (2 runs), +10.00 points.",
    ]);
  });

  it("says of each layer its response, its gradient and the ratio of its block", () => {
    const about = attribute(page(nets()), "data-about");
    expect(about).toContain("stage1.block1.conv1: response 2.00, gradient 0.20, its block's branch / trunk 0.50.");
    expect(about).toContain("stage3.block1.conv2: response 7.00, gradient 0.70.");
  });

  it("has what was measured in a table", () => {
    const html = page(nets());
    const table = html.slice(html.indexOf('aria-label="ResNet-8: the net without each part"'));
    const rows = [...table.slice(0, table.indexOf("</table>")).matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row]) =>
      row!
        .replace(/<[^>]+>/g, " ")
        .trim()
        .split(/ {2,}/),
    );
    expect(rows.slice(0, 4)).toEqual([
      ["without", "test error", "points more", "response", "gradient", "branch / trunk, untrained", "trained"],
      ["the whole net", "20.50", "+0.00"],
      ["stage1.block1", "30.50", "+10.00", "2.00", "0.50"],
      ["stage1.block1.conv1", "2.00", "0.20"],
    ]);
  });

  it("is left out where no run has finished the analysis", () => {
    expect(page(nets(false))).not.toContain('id="nets"');
    expect(page([])).not.toContain(".net-drawing");
  });
});

const reader = `
const net = document.querySelectorAll(".net")[1];
const said = net.querySelector(".net-said");
const [block, layer] = net.querySelectorAll("button");
seen.first = said.textContent;
layer.dispatchEvent(new PointerEvent("pointerenter"));
seen.hovered = said.textContent;
layer.dispatchEvent(new PointerEvent("pointerleave"));
seen.left = said.textContent;
block.dispatchEvent(new FocusEvent("focus"));
seen.focused = said.textContent;
block.click();
seen.pressed = block.getAttribute("aria-pressed");
seen.without = said.textContent;
layer.dispatchEvent(new PointerEvent("pointerenter"));
layer.dispatchEvent(new PointerEvent("pointerleave"));
seen.still = said.textContent;
block.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
seen.escaped = [block.getAttribute("aria-pressed"), said.textContent];
seen.table = getComputedStyle(net.querySelector(".net-table")).display;
seen.overflow = document.documentElement.scrollWidth - document.documentElement.clientWidth;
seen.resources = performance.getEntriesByType("resource").map(({ name }) => name);
`;

describe.skipIf(!chromium)("in Chromium, on a phone", () => {
  it("a block is taken out by a click and put back by Escape, and a layer says what was measured", {
    timeout: 60_000,
  }, async () => {
    const whole = "The whole net: test error 20.50 ± 0.71 % (2 runs).";
    const about = "stage1.block1: branch / trunk 2.00 untrained, 0.50 trained.";
    const without = `${about} Without stage1.block1: test error 30.50 ± 0.71 % (2 runs), +10.00 points.`;
    expect(await seenInChromium(page(nets()), reader, temporaryDirectory(), 390)).toEqual({
      first: whole,
      hovered: "stage1.block1.conv1: response 2.00, gradient 0.20, its block's branch / trunk 0.50.",
      left: whole,
      focused: about,
      pressed: "true",
      without,
      still: without,
      escaped: ["false", whole],
      table: "none",
      overflow: 0,
      resources: [],
    });
  });
});
