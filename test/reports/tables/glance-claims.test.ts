import { describe, expect, it } from "vitest";
import { claimResults } from "../../../src/reports/claims/claim-result.ts";
import { summariseStudy } from "../../../src/reports/study.ts";
import { glanceClaims, verdictsAt } from "../../../src/reports/tables/glance-claims.ts";
import { fourNets, fourNetsOver } from "../sample-records.ts";

const jpeg = { datasetTitle: "CIFAR-10, JPEG copy", dataset: { name: "cifar10" } };
const glance = (...studies: Parameters<typeof summariseStudy>[1][]) =>
  glanceClaims(claimResults(studies.map((runs) => summariseStudy("plain-vs-res", runs))));

describe("the claims over all studies", () => {
  it("have their results under the scales of their set-ups, nearest to the paper's last", () => {
    const { scales, tested } = glance([...fourNetsOver([0, 1, 2], jpeg), ...fourNetsOver([0, 1, 2])]);
    expect(scales.map(({ name }) => name)).toEqual(["embedded images", "CIFAR-10, JPEG copy, short"]);
    const row = tested.find(({ claim }) => claim.id === "degradation-34");
    expect([...(row?.byScale ?? [])].map(([scale, results]) => [scale, results.map(({ verdict }) => verdict)])).toEqual(
      expect.arrayContaining([
        ["embedded images", ["supported"]],
        ["CIFAR-10, JPEG copy, short", ["supported"]],
      ]),
    );
  });

  it("are apart where some net has one run, at every scale", () => {
    const alone = glance(fourNets());
    expect(alone.tested).toEqual([]);
    expect(alone.single.map(({ claim }) => claim.id)).toContain("degradation-34");
    const both = glance([...fourNets(), ...fourNetsOver([0, 1], jpeg)]);
    expect(both.tested.map(({ claim }) => claim.id)).toContain("degradation-34");
    expect(both.single).toEqual([]);
  });

  it("are shown once where several studies have the same numbers", () => {
    const study = (experiment: string, seeds: number[]) => {
      const runs = fourNetsOver(seeds, { experiment });
      for (const { run } of runs) Object.assign(run.spec, { label: `${run.spec.label} of ${experiment}` });
      return summariseStudy(experiment, runs);
    };
    const resultsOf = (...studies: ReturnType<typeof study>[]) => {
      const { tested } = glanceClaims(claimResults(studies));
      const row = tested.find(({ claim }) => claim.id === "degradation-34");
      return row?.byScale.get("embedded images")?.map(({ experiments }) => experiments);
    };
    expect(resultsOf(study("one", [0, 1, 2]), study("two", [0, 1, 2]))).toEqual([["one", "two"]]);
    // Sums in another order may differ in their last bit.
    expect(resultsOf(study("one", [0, 1, 2]), study("two", [2, 1, 0]))).toEqual([["one", "two"]]);
    expect(resultsOf(study("one", [0, 1, 2]), study("two", [0, 1, 3]))).toEqual([["one"], ["two"]]);
  });

  it("come with the commands that may decide them where they are undecided", () => {
    const { undecided } = glance(fourNets());
    const [[command, claims] = []] = [...undecided];
    expect(command).toMatch(/^resnet-exp run .*--seeds 0-4/);
    expect(claims?.map(({ id }) => id)).toContain("degradation-34");
  });

  it("are counted by scale", () => {
    const claims = glance(fourNetsOver([0, 1, 2]));
    const counts = verdictsAt("embedded images", claims.tested);
    expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(claims.tested.length);
    expect(counts.get("supported")).toBeGreaterThan(0);
    expect(verdictsAt("CIFAR-10, short", claims.tested).size).toBe(0);
  });

  it("that need no runs are computed, and the others without runs come with the command that tests them", () => {
    const { computed, untested, tested, single } = glance();
    expect([tested, single]).toEqual([[], []]);
    expect(computed.map(({ claim }) => claim.id)).toContain("parameter-free-shortcuts");
    expect([...untested.keys()].every((command) => command.startsWith("resnet-exp run "))).toBe(true);
    expect(untested.get("resnet-exp run plain-vs-res --seeds 0-4")?.map(({ id }) => id)).toContain("degradation-34");
  });
});
