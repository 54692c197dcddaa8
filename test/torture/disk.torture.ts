// Disks that are full, read-only or failing: the program says so in words. Once the disk works again, the same command
// finishes the study as if nothing had happened.
import { spawnSync } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Finished, resnetExp, temporaryDirectory } from "../helpers/program.ts";
import { scaled } from "./scale.ts";
import { finalBytes, writeStudy } from "./study.ts";

const command = (results: string, file: string) => ["run", file, "--results", results];

let expected: Record<string, string>;
beforeAll(async () => {
  expected = await new Promise((resolve, reject) => {
    const directory = spawnSync("mktemp", ["-d"], { encoding: "utf8" }).stdout.trim();
    resnetExp(command(directory, writeStudy(directory))).then(() => {
      resolve(finalBytes(directory));
      spawnSync("rm", ["-rf", directory]);
    }, reject);
  });
});

function refused({ code, err }: Finished, words: RegExp): void {
  expect(err).not.toMatch(/\n {4}at |a bug of resnet-exp/);
  expect(err).toMatch(words);
  expect(code).toBe(2);
}

describe("a small file system", () => {
  /** Mounts it, or says why it cannot be mounted. */
  function mount(options: string): string | undefined {
    const directory = temporaryDirectory();
    const { status, stderr } = spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", directory], {
      encoding: "utf8",
    });
    if (status !== 0) {
      console.log(`skipped: only root can mount a file system (${stderr.trim()})`);
      return undefined;
    }
    onTestFinished(() => void spawnSync("umount", [directory]));
    return directory;
  }
  const remount = (directory: string, options: string) => {
    expect(spawnSync("mount", ["-o", `remount,${options}`, directory]).status).toBe(0);
  };

  test.each(["16k", "64k", "100k", "160k"])(
    "of %s that fills up: the study ends in words, and goes on when there is room",
    async (size) => {
      const results = mount(`size=${size}`);
      if (!results) return;
      const file = writeStudy(temporaryDirectory());
      refused(await resnetExp(command(results, file)), /Free some disk space, then type the same command again\./);
      remount(results, "size=64m");
      const last = await resnetExp(command(results, file));
      expect(last.code, last.err).toBe(0);
      expect(finalBytes(results)).toEqual(expected);
    },
  );

  test("that is read-only: the study ends with a message, and starts once it can write", async () => {
    const results = mount("size=64m,ro");
    if (!results) return;
    const file = writeStudy(temporaryDirectory());
    refused(
      await resnetExp(command(results, file)),
      /Check who may write there, or choose another place with --results DIR\./,
    );
    remount(results, "rw");
    expect((await resnetExp(command(results, file))).code).toBe(0);
    expect(finalBytes(results)).toEqual(expected);
  });
});

describe("a disk that fails once", () => {
  const calls = ["fsync", "rename", "link"] as const;
  const errors = ["EIO", "ENOSPC"] as const;
  const moments = [1, 2, 3, 4, 5, 8, 13, 21, 34, 55].slice(0, scaled(10));

  test.each(calls.flatMap((call) => errors.map((error) => [error, call] as const)))(
    "with %s in %s, at any call: the same command then ends the study as the unbroken one",
    async (error, call) => {
      const library = join(temporaryDirectory(), "failing-disk.so");
      const source = new URL("./failing-disk.c", import.meta.url).pathname;
      const compiled = spawnSync("cc", ["-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], {
        encoding: "utf8",
      });
      if (compiled.status !== 0) return console.log(`skipped: no C compiler (${compiled.stderr ?? compiled.error})`);
      for (const at of moments) {
        const results = temporaryDirectory();
        const file = writeStudy(results);
        const env = {
          LD_PRELOAD: library,
          FAIL_CALL: call,
          FAIL_AT: String(at),
          FAIL_ERRNO: String(constants.errno[error]),
        };
        const failed = await resnetExp(command(results, file), { env });
        // 3 if the failure hit one run and the others were trained, 2 if it hit the study's own files. Some
        // failures do no harm: a lock can be made without a link.
        expect([0, 2, 3], `${call} ${at}: ${failed.err}`).toContain(failed.code);
        if (failed.code !== 0) expect(failed.err).toContain(error === "EIO" ? "EIO" : "Free some disk space");
        expect(failed.err).not.toMatch(/\n {4}at |a bug of resnet-exp/);
        const last = await resnetExp(command(results, file));
        expect(last.code, last.err).toBe(0);
        expect(finalBytes(results)).toEqual(expected);
      }
    },
  );
});
