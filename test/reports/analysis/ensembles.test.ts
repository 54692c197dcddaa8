import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../../src/records/record.ts";
import { ensemblesOf } from "../../../src/reports/analysis/ensembles.ts";
import { evaluated, evaluation, oneLook, tenCrops } from "../evaluated-records.ts";
import { doneRecord } from "../sample-records.ts";

const nets = [
  evaluated(doneRecord({ label: "plain-34", model: { depth: 34 } }, 0.2, 0.3), [oneLook, 0.3, 0.1]),
  evaluated(doneRecord({ label: "plain-18", seed: 0 }, 0.2, 0.32), [oneLook, 0.32, 0.12]),
  evaluated(doneRecord({ label: "plain-18", seed: 1 }, 0.2, 0.4), [oneLook, 0.4, 0.14]),
];
const ids = nets.map(({ run }) => run.id);
const together = (top1: number, members = ids) =>
  nets.map((record) => ({
    ...record,
    evaluations: [...record.evaluations, evaluation(record, oneLook, top1, 0.05, members)],
  }));

describe("ensembles", () => {
  it("are recorded with every member but found once, with the mean of their members' own errors", () => {
    const [ensemble, ...others] = ensemblesOf(together(0.25));
    expect(others).toEqual([]);
    expect(ensemble).toMatchObject({
      names: "2 × plain-18, plain-34",
      nets: 3,
      top1: { count: 1, mean: 0.25 },
      top5: { count: 1, mean: 0.05 },
      images: 2000,
    });
    // (0.30 + 0.32 + 0.40) / 3 = 0.34
    expect(ensemble?.fromMembers).toBeCloseTo(-0.09, 12);
  });

  it("are the same in any order of their members, and the last test counts", () => {
    const [first, ...rest] = together(0.25);
    const later = {
      ...evaluation(nets[0]!, oneLook, 0.2, 0.05, [...ids].reverse()),
      createdAt: "2026-01-03T00:00:00.000Z",
    };
    const found = ensemblesOf([{ ...first!, evaluations: [later, ...first!.evaluations] }, ...rest]);
    expect(found.map(({ top1 }) => top1)).toEqual([{ count: 1, mean: 0.2 }]);
  });

  it("name members of other studies by their ids, and then have no mean of all", () => {
    const [ensemble] = ensemblesOf(together(0.25, [ids[0]!, "resnet-50-s0-0123456789"]));
    expect(ensemble?.names).toBe("plain-34, resnet-50-s0-0123456789");
    expect(ensemble?.fromMembers).toBeUndefined();
  });

  it("of the same nets from different seeds are one, with mean and scatter", () => {
    const [first, ...rest] = nets as [RunRecord, ...RunRecord[]];
    const pairs = [
      evaluation(first, oneLook, 0.24, 0.06, [ids[0]!, ids[1]!]),
      evaluation(first, oneLook, 0.28, 0.04, [ids[0]!, ids[2]!]),
    ];
    const found = ensemblesOf([{ ...first, evaluations: [...first.evaluations, ...pairs] }, ...rest]);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ names: "plain-18, plain-34", nets: 2, members: ids });
    // 24 and 28 are 26 ± √8. Alone the members have (30 + 32) / 2 and (30 + 40) / 2: 7 points more, twice.
    expect(found[0]?.top1.mean).toBeCloseTo(0.26, 12);
    expect(found[0]?.top1.std).toBeCloseTo(Math.sqrt(8) / 100, 12);
    expect(found[0]?.top5?.mean).toBeCloseTo(0.05, 12);
    expect(found[0]?.fromMembers).toBeCloseTo(-0.07, 12);
  });

  it("are sorted by size, then by protocol", () => {
    const [first, ...rest] = together(0.25);
    const pair = evaluation(first!, tenCrops, 0.26, null, ids.slice(0, 2));
    const all = evaluation(first!, tenCrops, 0.24, null, ids);
    const found = ensemblesOf([{ ...first!, evaluations: [all, pair, ...first!.evaluations] }, ...rest]);
    expect(found.map(({ top1 }) => top1.mean)).toEqual([0.26, 0.25, 0.24]);
    expect(found[0]).not.toHaveProperty("top5");
  });
});
