import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../../src/records/record.ts";
import { summariseStudy } from "../../../src/reports/study.ts";
import { checklist, checklistMarkdown } from "../../../src/reports/tables/checklist.ts";
import { doneRecord, failedRecord, interruptedRecord } from "../sample-records.ts";

function rowsOf(runs: readonly RunRecord[], waiting: readonly string[] = []) {
  const rows = checklist(summariseStudy("plain-vs-res", runs, waiting));
  return (question: RegExp) => {
    const found = rows.filter((row) => question.test(row.question));
    expect(found).toHaveLength(1);
    return found[0]!;
  };
}

const seeds = (count: number, options = {}) =>
  Array.from({ length: count }, (_, seed) => doneRecord({ seed, ...options }, 0.3, 0.4));

describe("the reproducibility checklist", () => {
  it("says yes to error bars only where every net has several finished runs", () => {
    const bars = /error bars/;
    expect(rowsOf(seeds(3))(bars)).toMatchObject({
      answer: "yes",
      grounds: "Every net has the standard deviation over 3 runs.",
    });
    const deeper = { label: "plain-34", model: { depth: 34 } };
    expect(rowsOf([...seeds(3), ...seeds(1, deeper)])(bars)).toMatchObject({
      answer: "partly",
      grounds: "1 of 2 nets have the standard deviation over 3 runs, the others one run or none.",
    });
    expect(rowsOf(seeds(1))(bars).answer).toBe("no");
  });

  it("does not vouch for runs of code that had changes, or of an unknown commit", () => {
    const again = /trained again/;
    expect(rowsOf(seeds(2))(again).answer).toBe("yes");
    const [first, second] = seeds(2) as [RunRecord, RunRecord];
    const dirty = { ...first, run: { ...first.run, provenance: { ...first.run.provenance, gitDirty: true } } };
    expect(rowsOf([dirty, second])(again)).toMatchObject({
      answer: "partly",
      grounds: expect.stringContaining("Of 1 of 2 runs the commit is not known, or the code had changes."),
    });
  });

  it("counts the runs that failed, are not finished or have not begun", () => {
    const runs = [...seeds(2), failedRecord({ seed: 7 })];
    expect(rowsOf(runs)(/all runs/)).toMatchObject({
      answer: "yes",
      grounds: "2 runs are finished, 1 failed; the page lists them all.",
    });
    expect(rowsOf([...runs, interruptedRecord({ seed: 8 })], ["plain-18-s9"])(/all runs/)).toMatchObject({
      answer: "partly",
      grounds: expect.stringContaining("Still to come: 1 not finished, 1 not begun."),
    });
  });

  it("says that what no record knows is unknown", () => {
    const own = rowsOf(seeds(1, { dataset: { name: "folder" }, datasetTitle: "our own images of 3 classes" }));
    for (const question of [/data open/, /licence of the data/, /settings chosen/, /everything that was tried/]) {
      expect(own(question).answer).toBe("unknown");
    }
    expect(own(/settings chosen/).grounds).toContain("a choice on the test images");
    const held = rowsOf(seeds(1, { dataset: { name: "cifar10", validationImages: 5000 }, datasetTitle: "CIFAR-10" }));
    expect(held(/settings chosen/).grounds).toContain("Every run held out validation images.");
  });

  it("vouches for the published files only, not for copies of them", () => {
    const of = (datasetTitle: string) => rowsOf(seeds(1, { dataset: { name: "cifar10" }, datasetTitle }))(/data open/);
    expect(of("CIFAR-10").answer).toBe("yes");
    expect(of("CIFAR-10, JPEG copy").answer).toBe("unknown");
  });

  it("gives hardware and time of the finished runs", () => {
    expect(rowsOf(seeds(2))(/hardware/)).toMatchObject({
      answer: "yes",
      grounds: expect.stringMatching(/2 runs, 25 s/),
    });
    expect(rowsOf([interruptedRecord({})])(/hardware/).answer).toBe("no");
  });

  it("is a table in Markdown", () => {
    const text = checklistMarkdown(summariseStudy("plain-vs-res", seeds(2)));
    expect(text).toMatch(/^# Reproducibility checklist of plain-vs-res\n\n\| question \| answer \| grounds \|\n/);
    expect(text).toContain("Nobody has checked them.");
  });
});
