import { defineConfig } from "vitest/config";

const alone = ["test/**/*.isolated.test.ts"];

// Files share a process, as loading what they test takes longer than testing it: a test leaves engines and variables as it
// found them. One that replaces a module, or measures its process, has a process of its own and `.isolated` in its name.
export default defineConfig({
  test: {
    // Long enough for a machine that others use too.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: "forks",
    maxWorkers: "100%",
    unstubEnvs: true,
    restoreMocks: true,
    projects: [
      { extends: true, test: { name: "shared", include: ["test/**/*.test.ts"], exclude: alone, isolate: false } },
      { extends: true, test: { name: "isolated", include: alone } },
    ],
  },
});
