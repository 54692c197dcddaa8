import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { renderIndex } from "../../src/reports/page/index-page.ts";
import { renderPage } from "../../src/reports/page/page.ts";
import { referenceIndex, referenceStudy } from "../../src/reports/reference.ts";
import { describeStudy } from "../../src/reports/study.ts";
import { temporaryDirectory } from "../records/sample-run.ts";
import { fourNets } from "./sample-records.ts";

describe("the project's own results", () => {
  test("of a study are at their page, else at their tables; of another directory there are none", () => {
    const results = temporaryDirectory();
    const write = (file: string) => {
      mkdirSync(dirname(join(results, file)), { recursive: true });
      writeFileSync(join(results, file), "");
    };
    const addresses = () => [referenceStudy(results, "plain-vs-res"), referenceIndex(results)];
    expect(addresses()).toEqual([undefined, undefined]);
    write("reference/plain-vs-res/tables/summary.md");
    expect(addresses()).toEqual(["reference/plain-vs-res/tables/summary.md", undefined]);
    write("reference/plain-vs-res/report.html");
    write("reference/index.html");
    expect(addresses()).toEqual(["reference/plain-vs-res/report.html", "reference/index.html"]);
    expect(referenceStudy(results, "mine")).toBeUndefined();
  });

  test("are linked from the page of the study and from the page over all, where there are some", () => {
    const study = describeStudy("plain-vs-res", fourNets());
    expect(renderPage(study, [], "reference/plain-vs-res/report.html")).toContain(
      '<a href="../reference/plain-vs-res/report.html">What the project measured in this study</a>',
    );
    expect(renderPage(study, [])).not.toContain("What the project measured");
    expect(renderIndex([study], { reference: "reference/index.html" })).toContain(
      '<a href="reference/index.html">What the project measured</a>',
    );
    expect(renderIndex([study])).not.toContain("What the project measured");
  });
});
