// The page over all studies in a real browser: its widths on a screen, a phone and paper, its keys and its colours.
import { describe, expect, it } from "vitest";
import { renderIndex } from "../../../src/reports/page/index-page.ts";
import { summariseStudy } from "../../../src/reports/study.ts";
import { chromium, seenInChromium } from "../../helpers/chromium.ts";
import { temporaryDirectory } from "../../records/sample-run.ts";
import { doneRecord, fourNets, paperRun } from "../sample-records.ts";

const depths = [20, 32, 44, 56, 110];
const cifar = [0, 1, 2, 3, 4].flatMap((seed) =>
  depths.flatMap((depth) => [
    doneRecord({ ...paperRun(depth, { experiment: "cifar-depth" }), seed }, 0.01 - depth / 1e4 + seed / 1e3, 0.08),
    doneRecord({ ...paperRun(depth, { experiment: "cifar-depth" }, "plain"), seed }, 0.01 + depth / 1e3, 0.1),
  ]),
);
const page = renderIndex([summariseStudy("cifar-depth", cifar), summariseStudy("plain-vs-res", fourNets())]);

/** The rules for paper as those of the screen, at the width of a page of paper. */
const onPaper = `
const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
const print = rules.filter((rule) => rule.conditionText === "print").flatMap((rule) => [...rule.cssRules]);
document.head.append(Object.assign(document.createElement("style"), { textContent: print.map((rule) => rule.cssText).join("\\n") }));
dispatchEvent(new Event("beforeprint"));
seen.folded = document.querySelectorAll("details.printed:not([open])").length;
`;
const overflow = "seen.overflow = document.documentElement.scrollWidth - document.documentElement.clientWidth;";

describe.skipIf(!chromium)("the page over all studies in Chromium", () => {
  it("fits a screen, fetches nothing, and has every wide table within reach of the keyboard", {
    timeout: 60_000,
  }, async () => {
    const script = `${overflow}
seen.resources = performance.getEntriesByType("resource").length;
seen.outOfReach = [...document.querySelectorAll(".scroll")].filter((region) => region.tabIndex !== 0 || !region.ariaLabel).length;
seen.headless = [...document.querySelectorAll("table")].filter((table) => !table.tHead || [...table.tBodies[0].rows].some((row) => row.cells[0].tagName !== "TH")).length;`;
    expect(await seenInChromium(page, script, temporaryDirectory())).toEqual({
      overflow: 0,
      resources: 0,
      outOfReach: 0,
      headless: 0,
    });
  });

  it("fits a phone, where tables scroll beside the names of their rows", { timeout: 60_000 }, async () => {
    // A window of Chromium is at least 500 pixels wide.
    const script = `Object.assign(document.body.style, { width: "390px", margin: 0 });
const beyond = (element) => !element.closest(".scroll, .skip") && element.getBoundingClientRect().right > 390;
seen.beyond = [...document.body.querySelectorAll("*")].filter(beyond).map((element) => element.outerHTML.slice(0, 80));
const region = [...document.querySelectorAll(".scroll")].find((each) => each.ariaLabel.startsWith("Table 6"));
seen.scrolls = region.scrollWidth > region.clientWidth;
region.scrollLeft = 100;
const head = region.querySelector("tbody th").getBoundingClientRect();
seen.named = Math.round(head.left - region.getBoundingClientRect().left);`;
    expect(await seenInChromium(page, script, temporaryDirectory(), 390)).toEqual({
      beyond: [],
      scrolls: true,
      named: 0,
    });
  });

  it("unfolds on paper and is no wider than it", { timeout: 60_000 }, async () => {
    expect(await seenInChromium(page, `${onPaper}${overflow}`, temporaryDirectory(), 720)).toEqual({
      folded: 0,
      overflow: 0,
    });
  });
});
