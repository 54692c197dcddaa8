import { beforeAll, describe, expect, it } from "vitest";
import { drawFigure } from "../../../src/reports/figures/draw.ts";
import { renderPage } from "../../../src/reports/page/page.ts";
import { describeStudy, type Study } from "../../../src/reports/study.ts";
import { doneRecord, failedRecord, fourNets } from "../sample-records.ts";

async function pageOf(study: Study): Promise<string> {
  const drawings = [];
  for (const figure of study.figures) drawings.push(await drawFigure(figure));
  return renderPage(study, drawings);
}

describe("the page of a study", () => {
  const study = describeStudy("plain-vs-res", [...fourNets(), failedRecord({ seed: 7 })]);
  let page = "";
  beforeAll(async () => {
    page = await pageOf(study);
  });

  it("begins with the question and the answer", () => {
    expect(page).toContain(
      '<p class="question">Does depth hurt?</p>\n<p class="answer">Plain nets degrade, residual nets do',
    );
  });

  it("has the summary, claims, figures, the paper's tables, deviations, costs and runs, each under its heading", () => {
    const headings = [...page.matchAll(/<h2 id="([^"]+)-title">([^<]+)</g)].map(([, id, title]) => [id, title]);
    expect(headings).toEqual([
      ["summary", "Summary"],
      ["claims", "What the paper claims"],
      ["figures", "Figures"],
      ["tables", "The paper's tables and ours"],
      ["deviations", "Deviations from the paper's recipe"],
      ["costs", "Time and hardware"],
      ["runs", "Runs"],
      ["checklist", "Reproducibility checklist"],
    ]);
    expect(page).toContain("plain-18 seed 7 failed at iteration 321: Expected a finite loss, got NaN.");
  });

  it("has each run's provenance and the exact command that makes it again", () => {
    expect(page).toContain(
      "<code>resnet-exp run experiments/plain-vs-res.yaml --only 'plain-34 seed 0' --seeds 0 --engine cpu</code>",
    );
    expect(page).toContain("0123456789abcdef0123456789abcdef01234567");
    expect(page).toContain("stock CPU backend, Example CPU, 2 cores, Linux 6.1 x64");
  });

  it("fetches nothing: it has no addresses except XML's and those of files next to it", () => {
    const addresses = [...page.matchAll(/\b(?:src|href|url|action)\s*[=(]\s*["']?([^"')>\s]+)/g)].map(
      ([, address]) => address ?? "",
    );
    expect(
      addresses.filter((address) => !/^(#|figures\/|\.\.\/index\.html$|http:\/\/www\.w3\.org\/)/.test(address)),
    ).toEqual([]);
    expect(page).toContain("default-src 'none'");
  });

  it("has each id once, and a label for every table, figure and plot", () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(page.match(/<table>\n<caption>/g)?.length).toBe(page.match(/<table>/g)?.length);
    expect(page).toContain(
      'aria-label="Figure 4, plain nets: plain-18 train ends at 30.00, plain-18 test ends at 40.00, plain-34 train ends at 42.30, plain-34 test ends at 50.00. Use the arrow keys to read values."',
    );
  });

  it("has one legend where all panels have the same nets, and one in each panel where they differ", async () => {
    const legends = (html: string) =>
      [...html.matchAll(/<ul class="legend" aria-label="([^"]+)">/g)].map(([, name]) => name);
    expect(legends(page)).toEqual(["Lines of Figure 4, plain nets", "Lines of Figure 4, ResNets"]);
    const own = fourNets().map(({ run, ...record }) => ({ ...record, run: { ...run, paper: [] } }));
    expect(legends(await pageOf(describeStudy("plain-vs-res", own)))).toEqual(["Lines of Training curves"]);
  });

  it("has the same bytes for the same runs", async () => {
    expect(await pageOf(describeStudy("plain-vs-res", [...fourNets(), failedRecord({ seed: 7 })]))).toBe(page);
  });

  it("shows text of records as text", async () => {
    const run = doneRecord(
      { label: "<script>alert(1)</script>", datasetTitle: '"><img src=x onerror=alert(1)>' },
      0.1,
      0.1,
    );
    const hostile = await pageOf(describeStudy("plain-vs-res", [run]));
    expect(hostile).not.toContain("<script>alert");
    expect(hostile).not.toContain("<img");
  });
});
