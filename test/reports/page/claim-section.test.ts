import { describe, expect, it } from "vitest";
import { claimResults, studyClaims } from "../../../src/reports/claims/claim-result.ts";
import { claimsHtml, linkedStudies, namedSetup } from "../../../src/reports/page/claim-section.ts";
import { summariseStudy } from "../../../src/reports/study.ts";
import { doneRecord, fourNets, fourNetsOver, paperRun } from "../sample-records.ts";

const sectionOf = (runs: Parameters<typeof summariseStudy>[1]) =>
  claimsHtml(claimResults(runs.length > 0 ? [summariseStudy("plain-vs-res", runs)] : []), linkedStudies, true);
const section = sectionOf(fourNetsOver([0, 1, 2]));
const rowOf = (html: string, id: string) => html.slice(html.indexOf(` id="${id}"`)).split("</tr>")[0] ?? "";

describe("the claims on the page over all studies", () => {
  it("open with how many claims have which verdict at a scale, in words", () => {
    expect(section).toMatch(
      /<li><strong>embedded images<\/strong>: <span class="mark supported">\d+ supported<\/span>, <span class="mark contradicted">\d+ not so at this scale<\/span>/,
    );
  });

  it("say which scales were not run", () => {
    expect(section).toContain(
      "<p class=\"notes\">Not run: CIFAR-10, short; CIFAR-10, a tenth of the schedule; CIFAR-10, the paper's schedule; ImageNet, the paper's schedule.</p>",
    );
  });

  it("have the sentence, the place, the paper's difference, and ours with interval, n, study and grade", () => {
    const row = rowOf(section, "degradation-34");
    expect(row).toContain(
      '<th scope="row" role="rowheader">The plain net of 34 layers ends with a higher training error',
    );
    expect(row).toContain(
      "<small>Section 4.1, Figure 4 left; <code>degradation-34</code></small><small>training error, plain-34 − plain-18</small>",
    );
    expect(row).toContain('<td role="cell" data-scale="the paper">+1.20</td>');
    expect(row).toContain('<span class="mark supported">supported</span>');
    // Means of 42.50 and 30.17, standard deviations of 0.20 and 0.21: a standard error of 0.167 with 3.99 degrees of freedom.
    expect(row).toContain("<small>+12.33 (+11.87 to +12.80), n = 3</small>");
    expect(row).toContain('<a href="plain-vs-res/report.html">plain-vs-res</a>, 600 iterations, toy');
    expect(row).toMatch(/<svg class="interval"[^>]* aria-hidden="true"/);
  });

  it("do not call a claim contradicted by nets, images or a schedule that are not the paper's", () => {
    expect(rowOf(section, "shortcuts-tie-18")).toContain('<span class="mark contradicted">not so at this scale</span>');
    expect(section).not.toContain(">contradicted<");
  });

  it("are folded away where each net has one run, and where there are no runs", () => {
    const newcomer = sectionOf(fourNets());
    const open = newcomer.replace(/<details[\s\S]*?<\/details>/g, "");
    expect(open).not.toContain("<table");
    expect(newcomer).toMatch(/<summary>\d+ claims are undecided: n = 1<\/summary>/);
    expect(newcomer).toMatch(/<summary>\d+ claims are not tested here, each with the command that tests it<\/summary>/);
    expect(newcomer).toMatch(/<li><code>resnet-exp run [^<]*--seeds 0-4<\/code>: <a href="#degradation-34">/);
    expect(newcomer).toContain("<p><code>resnet-exp run cifar-depth --seeds 0-4</code></p>");
    expect(
      sectionOf([])
        .replace(/<details[\s\S]*?<\/details>/g, "")
        .trim(),
    ).toBe("");
  });

  it("have the comparisons of a claim folded one by one where it has several", () => {
    const depths = [20, 32, 44, 56];
    const runs = [0, 1, 2, 3, 4].flatMap((seed) =>
      depths.flatMap((depth, i) => [
        doneRecord({ ...paperRun(depth, { experiment: "cifar-depth" }), seed }, 0.01, 0.08 + seed / 1000),
        doneRecord({ ...paperRun(depth, { experiment: "cifar-depth" }, "plain"), seed }, 0.01, 0.08 + (i * seed) / 100),
      ]),
    );
    const row = rowOf(sectionOf(runs), "shortcuts-cure-cifar");
    expect(row).toContain("<summary>0 of 4 comparisons supported</summary>");
    expect(row).toContain(
      "<li>ResNet-56 − plain-56: −5.80 (−14.94 to +3.34 at 98.75 %), n = 5; claimed below 0; paper −6.23; undecided</li>",
    );
    expect(row.match(/<circle/g)?.length).toBe(4);
    expect(row).toContain("paper-exact; 3 more seeds of each net would decide it</small>");
  });
});

describe("the claims on the page of a study", () => {
  const own = (runs: Parameters<typeof summariseStudy>[1]) =>
    claimsHtml(studyClaims(summariseStudy("plain-vs-res", runs)), namedSetup, false);

  it("are those that it tests, with the set-up of each result", () => {
    const html = own(fourNetsOver([0, 1, 2]));
    expect(rowOf(html, "degradation-34")).toContain("<small>synthetic, 600 iterations, toy");
    expect(html).not.toContain("not tested here");
    expect(html).not.toContain("Not run");
    expect(html).not.toContain("parameter-free-shortcuts");
  });

  it("are folded away with one run of each net, and no section where it tests none", () => {
    expect(own(fourNets()).replace(/<details[\s\S]*?<\/details>/g, "")).not.toContain("<table");
    expect(own([doneRecord({}, 0.1, 0.1)])).toBe("");
  });
});
