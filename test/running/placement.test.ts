import { expect, test } from "vitest";
import type { EngineOptions } from "../../src/engines/engine.ts";
import { placementOf } from "../../src/running/placement.ts";

const places = (jobs: number, machine: { cores: number; gpus: string[] }, options: EngineOptions = {}) =>
  Array.from({ length: jobs }, (_, slot) => placementOf(slot, jobs, options, machine));
const threads = (...given: Parameters<typeof places>) => places(...given).map((place) => place.engineOptions.threads);

test("parallel runs share the cores, and each has at least one", () => {
  expect(threads(3, { cores: 8, gpus: [] })).toEqual([2, 2, 2]);
  expect(threads(2, { cores: 1, gpus: [] })).toEqual([1, 1]);
});

test("the user's number of threads applies to each run", () => {
  expect(threads(2, { cores: 8, gpus: [] }, { threads: 5 })).toEqual([5, 5]);
});

test("each run has its own GPU if there are enough, by the names that this process sees", () => {
  const gpus = places(3, { cores: 8, gpus: ["3", "GPU-5f"] }).map(({ env }) => env["CUDA_VISIBLE_DEVICES"]);
  expect(gpus).toEqual(["3", "GPU-5f", "3"]);
  expect(places(1, { cores: 8, gpus: [] })[0]!.env).toEqual({});
});

test("several graphics adapters are used in turn", () => {
  const adapters = places(3, { cores: 8, gpus: [] }, { adapter: "0,1" }).map((place) => place.engineOptions.adapter);
  expect(adapters).toEqual(["0", "1", "0"]);
});
