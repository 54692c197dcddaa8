import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkCommand } from "../../../src/cli/commands/check.ts";
import { temporaryDirectory } from "../../records/sample-run.ts";
import { runsOnRealImages } from "../../reports/claims/committed-runs.ts";
import { fourNets } from "../../reports/sample-records.ts";
import { collectingIo, writeRecords } from "../results.ts";

const reference = "results/reference";

async function check(words: readonly string[], options: Partial<Parameters<typeof checkCommand>[1]> = {}) {
  const io = collectingIo();
  const code = await checkCommand(words, { results: reference, ...options }, io);
  return { code, text: io.text, json: options.json ? JSON.parse(io.text) : undefined };
}

/** A file that plans the runs of `fourNets`, with what it expects of them. */
function file(expect: string): string {
  const path = join(temporaryDirectory(), "mine.yaml");
  writeFileSync(
    path,
    `name: plain-vs-res
dataset: { name: synthetic }
model: { family: imagenet, width: 8, shortcut: A }
training: { iterations: 600, batchSize: 64 }
matrix: { model.block: [plain, basic], model.depth: [18, 34] }
${expect}
`,
  );
  return path;
}

/** Three seeds of the four nets of Table 2, one of them half a point apart from the next. */
function threeSeeds(): string {
  const results = temporaryDirectory();
  const runs = [0, 1, 2].flatMap((seed) =>
    fourNets({ seed }).map((record) => {
      const own = record.done!;
      const { testError, ...last } = own.finalMetric;
      const finalMetric = { ...last, testError: testError! + 0.005 * seed };
      return { ...record, metrics: [...record.metrics.slice(0, -1), finalMetric], done: { ...own, finalMetric } };
    }),
  );
  writeRecords(results, runs);
  return results;
}

describe("check", () => {
  it("prints the claims of all studies by verdict, and how many have which", async () => {
    const results = temporaryDirectory();
    writeRecords(results, runsOnRealImages());
    const { code, text } = await check([], { results });
    expect(code).toBe(0);
    expect(text).toMatch(/^Supported \(12\)\n\nparameter-free-shortcuts\n/);
    expect(text).toContain("\nNot so at this scale (1)\n\nshortcuts-tie-18\n");
    expect(text).toContain("\nUndecided (2)\n\nresidual-34-trains-better\n");
    expect(text).toContain(`\nresnet-exp run bottleneck --seeds 0-4 --results ${results}\n  bottleneck-over-34, `);
    expect(text).toMatch(
      /\nClaims of the papers: 12 supported, 1 not so at this scale, 2 undecided, 42 not tested\.\n$/,
    );
  });

  it("holds the project's runs on real images to what plain-vs-res expects", async () => {
    const { code, text } = await check(["plain-vs-res"], { profile: ["cifar10"] });
    expect(code).toBe(0);
    expect(text).toContain("ok  plain-vs-res: degradation-34 is supported, as expected.\n");
    expect(text).toContain("ok  plain-vs-res: shortcuts-tie-18 is contradicted, as expected.\n");
    expect(text).not.toContain("FAILED");
  });

  it("shows only the set-up of the file's runs with a profile, and all of the study without", async () => {
    expect((await check(["plain-vs-res"], { profile: ["imagenet"] })).text).not.toContain("CIFAR-10, JPEG copy, 600");
    expect((await check(["plain-vs-res"])).text).toContain("CIFAR-10, JPEG copy, 600 iterations");
  });

  it("ends with 4 where a claim does not come out as the file expects, and says what would decide it", async () => {
    const results = threeSeeds();
    const mine = file("expect: { degradation-34-test: supported, shortcuts-cure-34-test: contradicted }");
    const { code, text } = await check([mine], { results });
    expect(code).toBe(4);
    expect(text).toContain("ok  plain-vs-res: degradation-34-test is supported, as expected.\n");
    expect(text).toContain(
      "FAILED  Expected shortcuts-cure-34-test to be contradicted in plain-vs-res, got supported.\n",
    );
  });

  it("ends with 4 where the runs of the file are not there, and names the command that trains them", async () => {
    const results = threeSeeds();
    const mine = file("expect: { degradation-34-test: supported }");
    const { code, text } = await check([mine], { results, set: ["training.iterations=700"] });
    expect(code).toBe(4);
    expect(text).toContain("FAILED  Expected degradation-34-test to be supported in plain-vs-res, got not tested.\n");
    const missing = await check([mine], { results: temporaryDirectory() });
    expect(missing.code).toBe(4);
    expect(missing.text).toMatch(/got not tested\.\n {2}resnet-exp run \S*mine\.yaml --results \S+\n$/);
  });

  it("gives scripts the claims and the expectations with exact numbers", async () => {
    const { json } = await check(["plain-vs-res"], { profile: ["cifar10"], json: true });
    const degradation = json.claims.find(({ claim }: { claim: string }) => claim === "degradation-34-test");
    expect(degradation).toMatchObject({
      verdict: "supported",
      experiment: "plain-vs-res",
      grade: "toy",
      comparisons: [
        {
          above: 0,
          below: null,
          level: 0.95,
          nets: [
            { label: "plain-34", weight: 1, count: 3 },
            { label: "plain-18", weight: -1, count: 3 },
          ],
        },
      ],
    });
    expect(json.expected).toContainEqual({
      experiment: "plain-vs-res",
      claim: "degradation-34",
      expected: "supported",
      verdict: "supported",
      holds: true,
    });
  });

  it("takes a study of which only the results are there", async () => {
    const results = temporaryDirectory();
    writeRecords(results, fourNets({ experiment: "another" }));
    const { code, text } = await check(["another"], { results });
    expect(code).toBe(0);
    expect(text).toContain("  another, synthetic, 600 iterations (toy):\n");
    await expect(check(["another"], { results, profile: ["x"] })).rejects.toMatchObject({
      message: "Expected an experiment file for --profile and --set, got another, a study without its file.",
    });
    await expect(check([], { results, profile: ["x"] })).rejects.toMatchObject({
      message: "Expected an experiment file for --profile and --set, got no experiment file.",
    });
  });

  it("says where a study has no net of a claim", async () => {
    expect((await check(["precision"])).text).toBe("These studies test no claim of the papers.\n");
  });
});
