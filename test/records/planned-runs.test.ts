import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { waitingRuns, writePlannedRuns } from "../../src/records/planned-runs.ts";
import { runPath } from "../../src/records/run-directory.ts";
import { temporaryDirectory } from "./sample-run.ts";

const planned = ["a", "b"].map((id) => ({ experiment: "study", id }));

describe("the plan of a study", () => {
  let results: string;
  const begin = (id: string) => {
    const path = join(runPath(results, "study", id), "run.json");
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "{}");
  };
  beforeEach(() => {
    results = temporaryDirectory();
  });

  it("says which runs have not begun", () => {
    begin("a");
    writePlannedRuns(results, planned);
    expect(waitingRuns(results, "study")).toEqual(["b"]);
    begin("b");
    expect(waitingRuns(results, "study")).toEqual([]);
  });

  it("goes when all have begun", () => {
    begin("a");
    writePlannedRuns(results, planned);
    begin("b");
    writePlannedRuns(results, planned);
    expect(existsSync(join(results, "study", "planned.json"))).toBe(false);
  });

  it("makes no directory for an experiment of which nothing has begun", () => {
    writePlannedRuns(results, planned);
    expect(existsSync(join(results, "study"))).toBe(false);
  });

  it("is none where the file is damaged", () => {
    begin("a");
    writeFileSync(join(results, "study", "planned.json"), "{");
    expect(waitingRuns(results, "study")).toEqual([]);
  });
});
