import { defineConfig } from "vitest/config";

// Studies on a real Slurm of three nodes: `npm run slurm`. The files run at the same time, as they wait most of the time.
export default defineConfig({
  test: { include: ["test/slurm/**/*.cluster.ts"], testTimeout: 120_000, pool: "forks", maxWorkers: 2 },
});
