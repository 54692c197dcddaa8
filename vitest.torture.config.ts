import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/torture/*.torture.ts"],
    testTimeout: 7_200_000,
    hookTimeout: 120_000,
    pool: "forks",
    fileParallelism: false,
  },
});
