// `watch` on results on the disk: the report's pages, and how they change.
import { expect, it, vi } from "vitest";
import { watchCommand } from "../../../src/cli/commands/watch.ts";
import { temporaryDirectory } from "../../records/sample-run.ts";
import { doneRecord, interruptedRecord } from "../../reports/sample-records.ts";
import { collectingIo, writeRecords } from "../results.ts";

it("serves the report's page with its figures, follows the runs, and ends with the signal", async () => {
  const results = temporaryDirectory();
  writeRecords(results, [interruptedRecord({})]);
  const controller = new AbortController();
  const io = { ...collectingIo(), signal: controller.signal };
  const ended = watchCommand(["plain-vs-res"], { results, port: 0, json: true }, io);
  await vi.waitFor(() => expect(io.text).toMatch(/\n$/), { timeout: 10_000 });
  const { url } = JSON.parse(io.text) as { url: string };
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/plain-vs-res\/report\.html$/);

  const before = await (await fetch(url)).text();
  expect(before).toContain("plain-18 seed 0 is interrupted, at 300 of 600 iterations.");
  const figure = await fetch(new URL("figures/figure-4.svg", url));
  expect(figure.headers.get("content-type")).toBe("image/svg+xml");
  expect(await figure.text()).toMatch(/^<svg /);
  expect((await fetch(new URL("tables/summary.csv", url))).status).toBe(404);
  expect(await (await fetch(new URL("../index.html", url))).text()).toContain('href="plain-vs-res/report.html"');

  writeRecords(results, [doneRecord({}, 0.25, 0.5)]);
  expect(await (await fetch(url)).text()).not.toContain("is interrupted");
  controller.abort();
  expect(await ended).toBe(0);
  await expect(fetch(url)).rejects.toThrow();
  expect(io.errors).toBe("");
});

it("refuses an experiment that does not exist", async () => {
  const results = temporaryDirectory();
  writeRecords(results, [interruptedRecord({})]);
  await expect(watchCommand(["plain"], { results, port: 0 }, collectingIo())).rejects.toMatchObject({
    name: "UserError",
    message: `Expected one of plain-vs-res under ${results}, got plain.`,
  });
});
