import { describe, expect, test } from "vitest";
import { claimIds } from "../../src/config/claim-names.ts";
import { loadExperiment } from "../../src/config/load.ts";
import { planRuns } from "../../src/config/plan.ts";
import { shippedFile } from "../../src/config/shipped.ts";
import { type Claim, lower } from "../../src/paper/claims/claim.ts";
import { claims } from "../../src/paper/claims/claims.ts";
import { residual } from "../../src/paper/claims/numbers.ts";
import { isSameNet, isSameUnit } from "../../src/paper/lookup.ts";

const byId = (id: Claim["id"]) => claims.find((claim) => claim.id === id)!;

describe("the claims of the papers", () => {
  test("are at least 25, each with an id, a place, a sentence and a scale of its own", () => {
    expect(claims.length).toBeGreaterThanOrEqual(25);
    expect(claims.map(({ id }) => id)).toEqual(claimIds);
    expect(new Set(claims.map(({ sentence }) => sentence)).size).toBe(claims.length);
    for (const { id, place, sentence, scale } of claims) {
      expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(place).toMatch(/^(Section|Identity Mappings, Table|Wide Residual Networks, Table)/);
      expect(sentence).toMatch(/^[A-Z].*\.$/);
      expect(scale).not.toBe("");
    }
  });

  test("put a limit on every difference", () => {
    for (const { comparisons } of claims) {
      expect(comparisons.length).toBeGreaterThan(0);
      for (const { above, below } of comparisons) {
        expect(above ?? below).toBeTypeOf("number");
        expect(above ?? Number.NEGATIVE_INFINITY).toBeLessThan(below ?? Number.POSITIVE_INFINITY);
      }
    }
  });

  test("are borne out by the paper's own numbers, except where a note says so", () => {
    const broken = claims.filter(({ comparisons }) =>
      comparisons.some(
        ({ paper, above = Number.NEGATIVE_INFINITY, below = Number.POSITIVE_INFINITY }) =>
          paper !== undefined && !(paper > above && paper < below),
      ),
    );
    expect(broken.map(({ id, note }) => `${id}: ${note}`)).toEqual([
      "degradation-by-depth: The paper's own curves end with 32 layers a little below 20.",
    ]);
  });

  // Table 2, Figure 4 and Table 6 of the paper, and Tables 1 and 3 of Identity Mappings, in points.
  test.each([
    ["degradation-34-test", [28.54 - 27.94]],
    ["degradation-34", [32.4 - 31.2]],
    ["shortcuts-cure-34-test", [25.03 - 28.54]],
    ["residual-34-tests-better", [25.03 - 27.88]],
    ["shortcuts-turn-depth-to-gain", [25.03 - 27.88 - (28.54 - 27.94)]],
    ["shortcuts-speed-up-18", [52.0 - 56.5]],
    ["shortcut-c-over-b", [24.19 - 24.52]],
    ["shortcut-choice-matters-less", [28.54 - 25.03 - (25.03 - 24.19)]],
    ["depth-gains-to-152", [21.75 - 22.85, 21.43 - 21.75]],
    ["residual-depth-gains", [7.51 - 8.75, 7.17 - 7.51, 6.97 - 7.17]],
    ["residual-110-gains", [6.61 - 6.97]],
    ["residual-1202-overfits", [7.93 - 6.61]],
    ["degradation-by-depth-test", [10.08 - 9.69, 11.42 - 10.08, 13.23 - 11.42]],
    ["span-2-over-1", [6.61 - 9.9]],
    ["span-2-over-1-pre-activation", [6.37 - 8.91]],
    ["span-2-over-3", [5.43 - 5.65]],
    ["identity-over-shortcut-gating", [6.61 - 6.91]],
    ["original-over-bn-after-addition", [6.61 - 8.17]],
  ] as const)("give the paper's numbers: %s", (id, points) => {
    expect(byId(id).comparisons.map(({ paper }) => Number((100 * paper!).toFixed(2)))).toEqual(
      points.map((each) => Number(each.toFixed(2))),
    );
  });

  test("give no number where the paper has none for each net", () => {
    expect(byId("identity-over-scaling").comparisons[0]).not.toHaveProperty("paper");
    expect(lower(residual(34), residual(18))).not.toHaveProperty("paper");
  });

  // With the commands that the program suggests.
  const tests = new Map(claims.flatMap(({ test: own }) => (own ? [[JSON.stringify(own), own] as const] : [])));
  test.each([...tests])("can be tested with the experiment that they name: %s", (key, { experiment, profile, set }) => {
    const overlay = { ...(profile && { profile: [profile] }), ...(set && { set: [set] }) };
    const nets = planRuns(loadExperiment(shippedFile(experiment)!, overlay)).map(({ sections }) => sections.model);
    for (const { test: own, comparisons, anyDepth } of claims) {
      if (JSON.stringify(own) !== key) continue;
      const same = anyDepth ? isSameUnit : isSameNet;
      for (const { label, model } of comparisons.flatMap((each) => each.nets))
        expect(nets.some((net) => same(model, net)) || label).toBe(true);
    }
  });
});
