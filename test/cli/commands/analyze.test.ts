import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { analyzeCommand } from "../../../src/cli/commands/analyze.ts";
import { runCommand } from "../../../src/cli/commands/run.ts";
import { verifyCommand } from "../../../src/cli/commands/verify.ts";
import type { analyze } from "../../../src/cli/syntax/analyze.ts";
import type { OptionsOf } from "../../../src/cli/syntax/definition.ts";
import { analysisSchemas } from "../../../src/config/analysis-schemas.ts";
import { openDataset } from "../../../src/datasets/dataset.ts";
import { openEngine } from "../../../src/engines/choice.ts";
import { analyseRun } from "../../../src/evaluation/analysed-runs.ts";
import type { RunRecord } from "../../../src/records/record.ts";
import { copyOf, trainTinyStudy } from "../../helpers/tiny-study.ts";
import { interruptedRecord } from "../../reports/sample-records.ts";
import { collectingIo, writeRecords } from "../results.ts";

type Options = Partial<OptionsOf<typeof analyze>>;

let trained: string;
beforeAll(async () => {
  trained = mkdtempSync(join(tmpdir(), "resnet-exp-"));
  await trainTinyStudy(trained);
});
afterAll(() => rmSync(trained, { recursive: true, force: true }));

async function analyse(names: string[], results: string, options: Options = {}) {
  const io = collectingIo();
  const code = await analyzeCommand(names, { results, engine: "auto", ...options }, io);
  return { code, text: io.text };
}

const fileOf = ({ path }: RunRecord, name: string) => readFileSync(join(path, "analyses", `${name}.json`), "utf8");

describe("analyze", () => {
  test("does the analysis that --only names, and not again", async () => {
    const { results, record } = copyOf(trained);
    const id = record("ResNet-8").run.id;
    expect(await analyse(["ResNet-8"], results, { only: ["lesion"] })).toEqual({
      code: 0,
      text: `ResNet-8 seed 0: lesion done: ${id}/analyses/lesion.json\n`,
    });
    expect((await analyse(["ResNet-8"], results)).text).toBe(
      "ResNet-8 seed 0: lesion was done before, with the same settings\n",
    );
  });

  test("prints JSON", async () => {
    const { results, record } = copyOf(trained);
    const { text } = await analyse(["ResNet-8"], results, { only: ["lesion"], json: true });
    const { id } = record("ResNet-8").run;
    const run = { experiment: "tiny", label: "ResNet-8", seed: 0, id };
    expect(JSON.parse(text)).toEqual([{ ...run, analysis: "lesion", state: "done" }]);
  });

  test("refuses unfinished runs, and runs with nothing to do", async () => {
    const { results } = copyOf(trained);
    await expect(analyse(["plain-8"], results)).rejects.toThrow(
      "Expected runs with analyses in their records, got runs with none.",
    );
    const unfinished = interruptedRecord({});
    writeRecords(results, [unfinished]);
    await expect(analyse([unfinished.run.id], results, { only: ["lesion"] })).rejects.toThrow(
      `Expected finished runs, got ${unfinished.run.id} (interrupted).`,
    );
  });
});

describe("an analysis", () => {
  const lesion = analysisSchemas.lesion.parse({ deleted: [2], swapped: [], draws: 2 });

  async function doLesion(record: RunRecord, threads: number, stopAt = Number.POSITIVE_INFINITY) {
    const stop = new AbortController();
    const means = {
      open: (config: Parameters<typeof openDataset>[0]) => openDataset(config),
      engine: async () => (await openEngine("native", { threads })).engine,
      signal: stop.signal,
      onPart: (_name: string, done: number) => {
        if (done >= stopAt) stop.abort();
      },
    };
    const states: string[] = [];
    for await (const { state } of analyseRun(record, record.done!, { lesion }, means)) states.push(state);
    return states;
  }

  test("that is stopped resumes with the part that is next, and has the bytes of an unbroken one, with any threads", async () => {
    const [whole, broken] = [copyOf(trained).record("plain-8"), copyOf(trained).record("plain-8")];
    expect(await doLesion(whole, 2)).toEqual(["done"]);
    await expect(doLesion(broken, 1, 3)).rejects.toThrow(/abort/i);
    const early = JSON.parse(fileOf(broken, "lesion")) as { parts: number; done: unknown[] };
    expect(early.done).toHaveLength(3);
    expect(early.parts).toBeGreaterThan(3);
    expect(await doLesion(broken, 1)).toEqual(["done"]);
    expect(fileOf(broken, "lesion")).toBe(fileOf(whole, "lesion"));
    expect(await doLesion(broken, 1)).toEqual(["kept"]);
  });

  test("that was changed, or belongs to another run, fails verification", async () => {
    const { results, record } = copyOf(trained);
    const [plain, residual] = [record("plain-8"), record("ResNet-8")];
    await doLesion(plain, 2);
    await doLesion(residual, 2);
    const check = async (label: string) => {
      const io = collectingIo();
      const code = await verifyCommand([label], { results, engine: "auto", json: true }, io);
      const [{ checks }] = JSON.parse(io.text) as [{ checks: { name: string; detail: string }[] }];
      return { code, detail: checks.find(({ name }) => name === "analyses/lesion")?.detail };
    };
    const parts = (JSON.parse(fileOf(plain, "lesion")) as { parts: number }).parts;
    expect(await check("plain-8")).toEqual({ code: 0, detail: `${parts} of ${parts} parts, unchanged` });
    const path = join(plain.path, "analyses", "lesion.json");
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace(/"loss": \d/, '"loss": 0'));
    expect(await check("plain-8")).toEqual({
      code: 4,
      detail: `Expected ${path} to be a whole record, got a damaged one (its checksum does not match its content)`,
    });
    writeFileSync(path, fileOf(residual, "lesion"));
    expect(await check("plain-8")).toEqual({ code: 4, detail: "it is of other weights than the run's" });
  });
});

describe("run", () => {
  test("does the analyses of the file, which do not rename a run, and draws them", async () => {
    const { results } = copyOf(trained);
    const study = join(results, "tiny");
    const before = readdirSync(join(study, "runs"));
    const file = join(results, "tiny.yaml");
    const analyses =
      "{ lesion: { draws: 1 }, construction: { depth: 14, iterations: 2, every: 1, statisticsBatches: 1 } }";
    writeFileSync(file, `${readFileSync(file, "utf8")}analyses: ${analyses}\n`);
    expect(await runCommand([file], { engine: "native", results }, collectingIo())).toBe(0);
    expect(readdirSync(join(study, "runs"))).toEqual(before);
    const csv = readFileSync(join(study, "tables", "lesion.csv"), "utf8");
    expect(csv.split("\n")[0]).toBe("label,seed,change,unit,count,draw,tau,error,loss,dataset,id");
    expect(readdirSync(join(study, "figures")).filter((name) => name.endsWith(".csv"))).toEqual([
      "construction.csv",
      "curves.csv",
      "lesion-one.csv",
      "lesion-order.csv",
      "lesion-several.csv",
      "training-curves.csv",
    ]);
    expect(readFileSync(join(study, "report.html"), "utf8")).toContain(
      "<strong>A deeper net made of a trained one</strong>",
    );
  });

  test("says why an analysis says nothing about a net", async () => {
    const { results } = copyOf(trained);
    const file = join(results, "tiny.yaml");
    writeFileSync(file, `${readFileSync(file, "utf8")}analyses: { construction: { depth: 8 } }\n`);
    const io = collectingIo();
    expect(await runCommand([file], { engine: "native", results }, io)).toBe(0);
    expect(io.errors).toContain(
      "plain-8 seed 0: construction left out, as it has 8 layers, and construction.depth is 8\n",
    );
  });
});
