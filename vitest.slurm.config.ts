import { defineConfig } from "vitest/config";

// Studies on a real Slurm of three nodes: `npm run slurm`.
export default defineConfig({
  test: { include: ["test/slurm/**/*.cluster.ts"], testTimeout: 120_000, pool: "forks" },
});
