import { describe, expect, it } from "vitest";
import { identityMappings } from "../../src/paper/identity-mappings.ts";
import { paperRows } from "../../src/paper/lookup.ts";

const errors = (table: number) =>
  paperRows(`identity-mappings-table-${table}`).map(({ error, fails }) => (fails ? "fails" : error));

describe("the tables of Identity Mappings", () => {
  it("have the shortcut types of Table 1", () => {
    expect(errors(1)).toEqual([
      0.0661,
      "fails",
      "fails",
      0.1235,
      "fails",
      0.087,
      0.0981,
      0.1286,
      0.0691,
      0.1222,
      "fails",
    ]);
  });

  it("have the orders of Table 2 for 110 and 164 layers", () => {
    expect(errors(2)).toEqual([0.0661, 0.0593, 0.0817, 0.065, 0.0784, 0.0614, 0.0671, 0.0591, 0.0637, 0.0546]);
  });

  it("have the pairs of Table 3, including shortcuts around one layer", () => {
    expect(errors(3)).toEqual([0.099, 0.0891, 0.0661, 0.0637, 0.0593, 0.0546, 0.0761, 0.0492]);
  });

  it("give the original unit with 110 layers the mean error of Table 6", () => {
    const originals = identityMappings.filter(({ label }) => /^(original|ResNet-110 original)$/.test(label));
    expect(originals.map(({ error }) => error)).toEqual([0.0661, 0.0661, 0.0661]);
  });
});
