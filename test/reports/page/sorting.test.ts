// The table of a sweep in a real browser: a heading sorts its rows.
import { describe, expect, it } from "vitest";
import { renderPage } from "../../../src/reports/page/page.ts";
import { describeStudy } from "../../../src/reports/study.ts";
import { chromium, seenInChromium } from "../../helpers/chromium.ts";
import { temporaryDirectory } from "../../records/sample-run.ts";
import { fourRates } from "../sweep-records.ts";

const reader = `
const table = document.querySelector("table.sortable");
const column = (place) => [...table.tBodies[0].rows].map((row) => row.cells[place].textContent);
const heading = (name) => [...table.querySelectorAll("thead th")].find((cell) => cell.textContent === name);
Object.assign(seen, { before: column(0), sortable: document.querySelectorAll("table.sortable").length });
heading("test error").firstChild.click();
seen.byError = column(0);
seen.ascending = heading("test error").getAttribute("aria-sort");
heading("test error").firstChild.click();
seen.descending = [heading("test error").getAttribute("aria-sort"), ...column(0)];
heading("above best").firstChild.click();
seen.byDistance = column(heading("above best").cellIndex);
seen.left = heading("test error").getAttribute("aria-sort");
`;

describe.skipIf(!chromium)("the table of a sweep in Chromium", () => {
  it("is sorted by the heading that is chosen, upwards and then downwards, by numbers", async () => {
    const page = renderPage(describeStudy("rates", fourRates()), []);
    expect(await seenInChromium(page, reader, temporaryDirectory())).toEqual({
      before: ["0.01", "0.03", "0.1", "0.3"],
      sortable: 1,
      byError: ["0.1", "0.3", "0.03", "0.01"],
      ascending: "ascending",
      descending: ["descending", "0.01", "0.03", "0.3", "0.1"],
      byDistance: ["best", "+8.00", "+10.00", "+20.00"],
      left: null,
    });
  });
});
