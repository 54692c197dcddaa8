import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { loadExperiment } from "../../src/config/load.ts";
import { planRuns } from "../../src/config/plan.ts";
import { temporaryFolder } from "./folder.ts";
import { keyReference } from "./key-reference.ts";

test("docs/experiment-files.md says what the schema says; `npm run docs` writes it anew", async () => {
  await expect(keyReference()).toMatchFileSnapshot("../../docs/experiment-files.md");
});

describe.each(["README.md", "docs/experiment-files.md"])("the experiment file in %s", (page) => {
  const folder = temporaryFolder();
  const root = new URL("../../", import.meta.url).pathname;

  it("plans three rates with three seeds each", () => {
    const [, example] = /^```yaml\n([\s\S]*?)^```/m.exec(readFileSync(join(root, page), "utf8"))!;
    const file = join(folder.path, "rate.yaml");
    writeFileSync(file, example!);
    const runs = planRuns(loadExperiment(file));
    expect(runs.map(({ sections, seed }) => [sections.training.learningRate.initial, seed])).toEqual(
      [0.03, 0.1, 0.3].flatMap((rate) => [0, 1, 2].map((seed) => [rate, seed])),
    );
  });
});
