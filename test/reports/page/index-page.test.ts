import { describe, expect, it } from "vitest";
import { renderIndex } from "../../../src/reports/page/index-page.ts";
import { summariseStudy } from "../../../src/reports/study.ts";
import { doneRecord, fourNets, paperRun } from "../sample-records.ts";

const study = summariseStudy("plain-vs-res", fourNets());
const page = renderIndex([study]);

describe("the page over all studies", () => {
  it("has each study's question, answer, costs and a link to its page", () => {
    expect(page).toContain('<h3><a href="plain-vs-res/report.html">plain-vs-res</a></h3>');
    expect(page).toContain('<p class="answer">Plain nets degrade, residual nets do not:');
    expect(page).toContain("4 of 4 runs done: embedded images. 50 s of training.");
    // Four runs of 12.5 s.
    expect(page).toMatch(
      /<th scope="row">plain-vs-res<\/th><td class="number">4 of 4<\/td><td class="number">50 s<\/td>/,
    );
  });

  it("has studies with tables only among the others, with a link to the tables", () => {
    const tabled = { experiment: "highway", address: "highway/tables/summary.md", question: "Why?", answers: ["So."] };
    const both = renderIndex([study], { tabled: [tabled] });
    const headings = [...both.matchAll(/<h3><a href="([^"]+)">/g)].map(([, address]) => address);
    expect(headings).toEqual(["highway/tables/summary.md", "plain-vs-res/report.html"]);
    expect(both).toContain("Its tables are here, its runs are not.");
  });

  it("has the paper's table with our errors under the scale and study that they come from", () => {
    expect(page).toContain("<caption>Table 2: ImageNet validation, 10-crop top-1</caption>");
    expect(page).toContain(
      '<th class="group" scope="colgroup" colspan="2">embedded images<small><a href="plain-vs-res',
    );
    expect(page).toMatch(
      /<th scope="row">34 layers<\/th><td class="number group">28\.54<\/td><td class="number">25\.03<\/td><td class="number group">50\.00 <small>n = 1<\/small>/,
    );
  });

  it("gives a verdict in words where errors compare", () => {
    const runs = [0, 1, 2, 3, 4].map((seed) =>
      doneRecord({ ...paperRun(20, { experiment: "cifar-depth" }), seed }, 0.01, 0.087 + seed / 1e4),
    );
    expect(renderIndex([summariseStudy("cifar-depth", runs)])).toContain(
      '8.72 ± 0.02 <small>n = 5, <span class="mark reproduced">reproduced</span></small>',
    );
  });

  it("says which study fills a table that has no numbers of ours", () => {
    expect(page).not.toContain("Table 2: no run");
    expect(page).toContain(
      "<li>Table 6: no run here fills any of it. <code>resnet-exp run cifar-depth</code> does.</li>",
    );
  });

  it("has a caption and scoped headings on every table, and shows text of records as text", () => {
    const hostile = summariseStudy('<img src="x">', [doneRecord({ label: "<script>", paper: [] }, 0.1, 0.1)]);
    const html = renderIndex([study, hostile]);
    expect(html.match(/<caption>/g)?.length).toBe(html.match(/<table/g)?.length);
    expect(html.match(/<th(?! [^>]*scope=)[ >]/g)).toBeNull();
    expect(html).not.toContain("<img");
    expect(html.match(/<script>/g)?.length).toBe(1);
  });
});
