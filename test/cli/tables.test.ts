// The tables that commands print, wide, narrow and for scripts, as files. After an intended change, run
// npx vitest run test/cli/tables.test.ts --update
import { expect, it, vi } from "vitest";
import { datasetsListCommand } from "../../src/cli/commands/datasets.ts";
import { describeCommand } from "../../src/cli/commands/describe.ts";
import { lsCommand } from "../../src/cli/commands/ls.ts";
import { checkTable } from "../../src/cli/terminal/check-table.ts";
import { kernelTable } from "../../src/cli/terminal/kernel-table.ts";
import { evaluationTable, scoreTable } from "../../src/cli/terminal/score-table.ts";
import { sources } from "../../src/datasets/dataset.ts";
import { temporaryDirectory } from "../records/sample-run.ts";
import { evaluation, oneLook, tenCrops } from "../reports/evaluated-records.ts";
import { doneRecord, failedRecord, interruptedRecord } from "../reports/sample-records.ts";
import { collectingIo, writeRecords } from "./results.ts";

const widths = [Number.POSITIVE_INFINITY, 40];

async function expectTables(name: string, tableOf: (width: number) => string | Promise<string>): Promise<void> {
  const texts: string[] = [];
  for (const width of widths) texts.push(await tableOf(width));
  await expectTexts(name, texts);
}

/** What a command prints: a table at each width, and JSON. */
async function expectOutput(
  name: string,
  command: (json: boolean, io: ReturnType<typeof collectingIo>) => Promise<number>,
  cleaned = (text: string) => text,
): Promise<void> {
  const texts: string[] = [];
  for (const tableWidth of [...widths, "JSON"] as const) {
    const json = tableWidth === "JSON";
    const width = json ? 100 : tableWidth;
    const io = { ...collectingIo(), columns: Math.min(100, width), tableWidth: width };
    expect(await command(json, io)).toBe(0);
    texts.push(cleaned(io.text));
  }
  await expectTexts(name, texts);
}

async function expectTexts(name: string, texts: readonly string[]): Promise<void> {
  await expect(texts.join("\n")).toMatchFileSnapshot(`tables/${name}.txt`);
}

it("ls", async () => {
  const results = temporaryDirectory();
  writeRecords(results, [doneRecord({}, 0.25, 0.5), failedRecord({ seed: 1 }), interruptedRecord({ experiment: "b" })]);
  await expectOutput(
    "ls",
    (json, io) => lsCommand([], { results, json }, io),
    (text) => text.replaceAll(results, "results"),
  );
});

it("describe", () =>
  expectTables("describe", async (width) => {
    const io = { ...collectingIo(), columns: Math.min(100, width), tableWidth: width };
    await describeCommand("cifar-8", {}, io);
    return io.text;
  }));

it("datasets list", async () => {
  const data = temporaryDirectory();
  // Debian's package puts it outside of DIR.
  vi.spyOn(sources["fashion-mnist"], "locate").mockReturnValue(undefined);
  await expectOutput("datasets-list", (json, io) => datasetsListCommand({ data, json }, io));
});

it("scores of evaluate", () =>
  expectTables("scores", (width) =>
    scoreTable(
      [
        { name: "plain-18 seed 0", top1Error: 0.4, top5Error: 0.05, loss: 1.2345 },
        { name: "ensemble of 2", top1Error: 0.375, loss: 1 },
      ],
      width,
    ),
  ));

it("evaluations of show", () =>
  expectTables("evaluations", (width) => {
    const record = doneRecord({}, 0.25, 0.5);
    const tests = [evaluation(record, oneLook, 0.5, 0.1), evaluation(record, tenCrops, 0.4, null, ["a", "b"])];
    return evaluationTable(tests, false, width);
  }));

it("checks of doctor", () =>
  expectTables("checks", (width) => {
    const finding = {
      check: "convolution 3×3",
      part: "forward",
      cases: 12,
      error: 1.2e-6,
      held: true,
      worst: "",
    } as const;
    return checkTable(
      [
        finding,
        { ...finding, part: "gradient", error: 0 },
        { ...finding, check: "ResNet-8", part: "steps", cases: 10, error: null, held: false },
      ],
      width,
    );
  }));

it("kernels of bench", () =>
  expectTables("kernels", (width) =>
    kernelTable(
      [
        { kernel: "Conv2D", shapes: "128×32×32×16, 3×3×16×16, 16", calls: 20, seconds: 0.75 },
        { kernel: "Relu", shapes: "128×32×32×16", calls: 10, seconds: 0.25 },
      ],
      10,
      width,
    ),
  ));
