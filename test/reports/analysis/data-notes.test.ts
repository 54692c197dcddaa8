import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../../src/records/record.ts";
import { dataNotes } from "../../../src/reports/analysis/data-notes.ts";
import { renderPage } from "../../../src/reports/page/page.ts";
import { describeStudy } from "../../../src/reports/study.ts";
import { paperTableMarkdown } from "../../../src/reports/tables/paper-columns.ts";
import { summaryMarkdown, summaryTable } from "../../../src/reports/tables/summary.ts";
import { fourNets } from "../sample-records.ts";

const passedOver = "Passed over 1 packed archive: train/n1.tar.";
const undecoded =
  "5 test images could not be decoded: val/n1/0.JPEG, val/n1/1.JPEG, val/n1/2.JPEG and 2 more. Other test images count twice in their place.";

/** Runs on the same images, which the caller chooses. */
function runs(change: (record: RunRecord, index: number) => Partial<RunRecord>): RunRecord[] {
  return fourNets().map((record, index) => ({ ...record, ...change(record, index) }));
}

const missing = [0, 1, 2, 3, 4].map((number) => ({ name: `val/n1/${number}.JPEG`, reason: "cut short" }));

describe("the notes on images", () => {
  const all = runs(({ run }) => ({ run: { ...run, datasetNotes: [passedOver] }, unreadableImages: missing }));

  it("count the test images that others replaced, and name the first", () => {
    expect(dataNotes(all)).toEqual([passedOver, undecoded]);
  });

  it("distinguish training images and test images", () => {
    const [record] = runs(() => ({
      unreadableImages: [{ name: "train/n1/0.JPEG", reason: "cut short" }, missing[0]!],
    }));
    expect(dataNotes([record!])).toEqual([
      "1 test image could not be decoded: val/n1/0.JPEG. Other test images count twice in their place.",
      "1 training image could not be decoded: train/n1/0.JPEG. Other images took their place.",
    ]);
  });

  it("name the nets that they apply to, unless they apply to all", () => {
    const some = runs((_, index) => (index < 2 ? { unreadableImages: missing } : {}));
    expect(dataNotes(some)).toEqual([`ResNet-34, plain-34: ${undecoded}`]);
    expect(dataNotes(runs(() => ({})))).toEqual([]);
  });

  it("are below the summary and the paper's table, and on the page, also in its sections on runs", () => {
    const study = describeStudy("plain-vs-res", all);
    const page = renderPage(study, []);
    for (const said of [passedOver, undecoded]) {
      expect(summaryTable(all, 200)).toContain(said);
      expect(summaryMarkdown("plain-vs-res", all)).toContain(`\n- ${said}\n`);
      expect(paperTableMarkdown("plain-vs-res", study.tables[0]!)).toContain(`\n- ${said}\n`);
      expect(page).toContain(`<li>${said}</li>`);
      expect(page.split(`<dt>note</dt><dd>${said}</dd>`)).toHaveLength(5);
    }
  });
});
