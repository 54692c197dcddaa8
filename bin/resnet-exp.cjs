#!/usr/bin/env node
// The program's entry, as installed by npm. CommonJS, as only that can size libuv's pool of threads, which decodes images,
// before Node.js starts it with four.
const { stopSignal } = require("./signals.cjs");
const { existsSync } = require("node:fs");
const { availableParallelism } = require("node:os");
const { join } = require("node:path");
const { pathToFileURL } = require("node:url");

process.env.UV_THREADPOOL_SIZE ??= String(Math.max(4, availableParallelism()));

const main = join(__dirname, "../dist/cli/main.js");
if (existsSync(main)) {
  import(pathToFileURL(main).href).then(
    ({ main: run }) => run(process.argv.slice(2), stopSignal),
    (error) => {
      // Before anything is there that could say it: the program's own files are many.
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
