import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { keyFacts } from "../../src/config/key-facts.ts";
import { loadExperiment } from "../../src/config/load.ts";
import { planRuns } from "../../src/config/plan.ts";
import { runId } from "../../src/records/run-id.ts";
import { deviations, gradeOf } from "../../src/reports/analysis/deviations.ts";
import { sampleRun, temporaryDirectory } from "../records/sample-run.ts";

// The vocabulary with a new key, as someone would add it, and no other change.
vi.mock(import("../../src/config/schema.ts"), async (original) => {
  const schema = await original();
  const { model, training } = schema.runSchema.shape;
  const keys = {
    training: training.extend({
      smoothing: z.number().default(0).describe("a key of the test").register(keyFacts, { since: 3 }),
    }),
    model: model.in
      .safeExtend({
        attention: z
          .enum(["none", "local"])
          .default("none")
          .describe("a key of the test")
          .register(keyFacts, { since: 3 }),
      })
      .pipe(
        z.transform((net) => ({
          ...net,
          block: net.block ?? "basic",
          shortcut: net.shortcut ?? "A",
          width: net.width ?? 16,
        })),
      ),
  };
  return {
    ...schema,
    modelSchema: keys.model,
    runSchema: schema.runSchema.extend(keys),
    experimentSchema: schema.experimentSchema.extend(keys),
  } as unknown as typeof schema;
});

const recipe = `name: unknown-key
paper: [table-6]
dataset: { name: cifar10 }
model: { family: cifar, depth: 56 }
training: { iterations: 64000, learningRate: { dropAt: [32000, 48000] } }
`;

function runsOf(text: string) {
  const file = join(temporaryDirectory(), "unknown-key.yaml");
  writeFileSync(file, text);
  return planRuns(loadExperiment(file)).map((spec) => {
    const found = deviations({ ...sampleRun(), spec, datasetTitle: "CIFAR-10", paper: ["table-6"] });
    const texts = found.map(({ text }) => text).filter((text) => !text.startsWith("engine "));
    return { label: spec.label, id: runId(spec, "digest", "1"), grade: gradeOf(found), texts };
  });
}

describe("a key that only the vocabulary knows", () => {
  it("renames no run, and is no deviation if it has its default", () => {
    const [without] = runsOf(recipe);
    expect(without).toMatchObject({ label: "ResNet-56", grade: "paper-exact", texts: [] });
    expect(runsOf(`${recipe}matrix: { training.smoothing: [0] }`)[0]?.id).toBe(without?.id);
  });

  it("is in the label, the deviations and the grade if it has another value", () => {
    expect(runsOf(`${recipe}matrix: { training.smoothing: [0, 0.1] }`)).toMatchObject([
      { label: "ResNet-56 smoothing=0", grade: "paper-exact", texts: [] },
      { label: "ResNet-56 smoothing=0.1", grade: "schedule-scaled", texts: ["training.smoothing 0.1, not 0"] },
    ]);
    expect(runsOf(`${recipe}matrix: { model.attention: [none, local] }`)).toMatchObject([
      { label: "ResNet-56 attention=none", grade: "paper-exact", texts: [] },
      { label: "ResNet-56 attention=local", grade: "other-net", texts: ["model.attention local, not none"] },
    ]);
  });
});
