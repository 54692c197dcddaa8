import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readWheelText, unpackWheel } from "../../../src/engines/tensorflow/unpack.ts";
import { temporaryDirectory, write } from "../../datasets/fixtures.ts";
import { withRecord, zip } from "./fakes.ts";

/** A wheel with the files, and a directory to unpack it into. */
function wheelOf(content: Buffer): { wheel: string; target: string; root: string } {
  const root = temporaryDirectory();
  const wheel = join(root, "some.whl");
  writeFileSync(wheel, content);
  return { wheel, target: join(root, "target"), root };
}

const long = "0123456789".repeat(50_000);
const files = withRecord({ "a/lib.so": long, "a/include/deep/x.h": "// x", "b/other.so": "other" });
const fromA = (name: string) => name.startsWith("a/");

describe("unpacking a wheel", () => {
  it("writes the wanted files, and reports its progress", async () => {
    const { wheel, target } = wheelOf(zip(files));
    const progress: number[] = [];
    const names = await unpackWheel(wheel, target, fromA, { onProgress: ({ done }) => progress.push(done) });
    expect(names).toEqual(["a/lib.so", "a/include/deep/x.h"]);
    expect(readFileSync(join(target, "a/lib.so"), "utf8")).toBe(long);
    expect(readFileSync(join(target, "a/include/deep/x.h"), "utf8")).toBe("// x");
    expect(existsSync(join(target, "b"))).toBe(false);
    expect(progress.at(-1)).toBe(long.length + 4);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  });

  it("skips files that an earlier try finished, and repeats unfinished ones", async () => {
    const { wheel, target } = wheelOf(zip(files));
    write(join(target, "a/include/deep/x.h"), Buffer.from("// y"));
    write(join(target, "a/lib.so"), Buffer.from(long.slice(0, 1000)));
    await unpackWheel(wheel, target, fromA);
    expect(readFileSync(join(target, "a/include/deep/x.h"), "utf8")).toBe("// y");
    expect(readFileSync(join(target, "a/lib.so"), "utf8")).toBe(long);
  });

  it("ends in the middle if told to, and leaves no part of a file", async () => {
    const { wheel, target } = wheelOf(zip(files));
    const stop = new AbortController();
    const options = { signal: stop.signal, onProgress: () => stop.abort() };
    await expect(unpackWheel(wheel, target, fromA, options)).rejects.toMatchObject({ name: "AbortError" });
    expect(readdirSync(join(target, "a"))).toEqual([]);
  });

  it.each(["../outside", "a/../../outside", "/tmp/outside", "a\\..\\outside"])(
    "refuses an archive that names %s",
    async (name) => {
      const { wheel, target, root } = wheelOf(zip({ "a/lib.so": "x", [name]: "y" }));
      await expect(unpackWheel(wheel, target, () => true)).rejects.toMatchObject({
        name: "UserError",
        message: expect.stringContaining(`Expected ${wheel} to be a whole wheel (a zip archive), got: `),
      });
      expect(readdirSync(root)).toEqual(["some.whl"]);
    },
  );

  it("says what is wrong with a file that is not a zip archive, or is cut short", async () => {
    for (const content of [Buffer.from("not a wheel"), zip(files).subarray(0, -20), Buffer.alloc(0)]) {
      const { wheel, target } = wheelOf(content);
      await expect(unpackWheel(wheel, target, fromA)).rejects.toMatchObject({
        name: "UserError",
        message: expect.stringMatching(/^Expected .*some\.whl to be a whole wheel \(a zip archive\), got: /),
      });
    }
  });

  it("refuses a file whose content differs from the wheel's list", async () => {
    const { wheel, target } = wheelOf(zip({ ...files, "a/lib.so": `${long.slice(0, -1)}!` }));
    await expect(unpackWheel(wheel, target, fromA)).rejects.toMatchObject({
      message: `Expected a/lib.so in ${wheel} to have the SHA-256 that the wheel lists, got a different one.`,
      hints: ["The wheel is damaged: download it again."],
    });
    expect(existsSync(join(target, "a/lib.so"))).toBe(false);
  });
});

it("finds a text in a wheel by the end of the file's name", async () => {
  const { wheel } = wheelOf(zip({ "some-1.0.dist-info/METADATA": "Name: some" }));
  expect(await readWheelText(wheel, ".dist-info/METADATA")).toBe("Name: some");
  expect(await readWheelText(wheel, "nothing")).toBeUndefined();
});
