#!/usr/bin/env node
// The program's entry point, which npm installs. It is CommonJS because only CommonJS can set the size of libuv's thread
// pool, which decodes images, before Node.js starts it with four threads.
const { stopSignal } = require("./signals.cjs");
const { coreQuota } = require("./cores.cjs");
const { existsSync } = require("node:fs");
const { availableParallelism } = require("node:os");
const { join } = require("node:path");
const { setFlagsFromString } = require("node:v8");
const { pathToFileURL } = require("node:url");

// More threads than the control groups allow processor time for would only wait for their turn.
const cores = Math.min(availableParallelism(), Math.floor(coreQuota() ?? Number.POSITIVE_INFINITY));
process.env.UV_THREADPOOL_SIZE ??= String(Math.max(4, cores));

// Training makes little that lives on, so the memory of new objects need not grow. It would grow to 32 MB while the
// program's files load. That is a tenth of the memory of training ResNet-20, and more than the processor's caches.
setFlagsFromString("--semi-space-growth-factor=1");

const main = join(__dirname, "../dist/cli/main.js");
if (existsSync(main)) {
  import(pathToFileURL(main).href).then(
    ({ main: run }) => run(process.argv.slice(2), stopSignal),
    (error) => {
      // The program has many files, so this can happen before the code that reports errors is loaded.
      if (error.code !== "EMFILE") throw error;
      process.stderr.write(
        "Expected to open more files at once, got EMFILE: the limit is reached.\n  Raise it in this shell with `ulimit -n 1024`, then type the same command again.\n",
      );
      process.exitCode = 2;
    },
  );
} else {
  process.stderr.write(
    `Expected the program to be built.\n  Run \`npm ci --include=dev\` in ${join(__dirname, "..")}.\n`,
  );
  process.exitCode = 2;
}
