import { expect, it } from "vitest";
import { warnOfSharedNames } from "../../../src/cli/arguments/shared-names.ts";
import type { Experiment } from "../../../src/config/load.ts";
import { collectingIo } from "../results.ts";

const experiment = (name: string, file: string) => ({ document: { name }, file }) as Experiment;

it("warns of two files with one name, but not of one file twice", () => {
  const io = collectingIo();
  warnOfSharedNames([experiment("a", "x.yaml"), experiment("b", "y.yaml"), experiment("b", "y.yaml")], io);
  expect(io.errors).toBe("");
  warnOfSharedNames([experiment("a", "x.yaml"), experiment("b", "z.yaml"), experiment("a", "y.yaml")], io);
  expect(io.errors).toBe(
    "x.yaml and y.yaml have the same name, a: their runs form one study with one report.\n  Give each file its own name, unless you want one study.\n",
  );
});
