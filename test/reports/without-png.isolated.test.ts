// Reports without the library that draws PNGs, which npm may leave out as an optional package.
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { UserError } from "../../src/errors.ts";
import { writeReport } from "../../src/reports/report.ts";
import { temporaryDirectory } from "../records/sample-run.ts";
import { fourNets } from "./sample-records.ts";

vi.mock("../../src/system/sharp.ts", () => ({
  loadSharp: () => Promise.reject(new UserError("Expected the package sharp to load.")),
}));

it("a report is complete without PNGs if they cannot be drawn, and says so once", async () => {
  const results = temporaryDirectory();
  const told: string[] = [];
  const paths = await writeReport(results, "plain-vs-res", fourNets(), ({ message }) => told.push(message));
  expect(told).toEqual(["Expected the package sharp to load."]);
  expect(paths.filter((path) => /figure-4|html/.test(path))).toEqual(
    ["figures/figure-4.csv", "figures/figure-4.vl.json", "figures/figure-4.svg", "report.html"].map((file) =>
      join(results, "plain-vs-res", file),
    ),
  );
});
