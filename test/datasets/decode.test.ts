import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import sharp from "sharp";
import { describe, expect, it, test } from "vitest";
import {
  decodeView,
  decodeWhole,
  imageFacts,
  reasonUnreadable,
  UnreadableImageError,
} from "../../src/datasets/decode.ts";
import { centreView } from "../../src/datasets/scale-crop.ts";
import { waveJpeg } from "./fixtures.ts";

/** Made by pil_views.py with PIL: files, and their centre crops of 32 × 32 at a short side of 36. */
const fixture = JSON.parse(readFileSync(new URL("../fixtures/pil-views.json", import.meta.url), "utf8")) as readonly {
  readonly name: string;
  readonly file: string;
  readonly view: string;
}[];

const crop = (bytes: Uint8Array) => decodeView({ bytes }, 32, centreView(36));

describe("decodeView", () => {
  test.each(fixture)("decodes a file of the kind $name like PIL, within one level of 255", async ({ file, view }) => {
    const expected = Buffer.from(view, "base64");
    const pixels = await crop(Buffer.from(file, "base64"));
    expect(pixels.length).toBe(expected.length);
    expect(Math.max(...expected.map((value, i) => Math.abs(value - pixels[i]!)))).toBeLessThanOrEqual(1);
  });

  it("takes the upper 8 of 16 bits", async () => {
    const wide = Uint16Array.from({ length: 40 * 40 * 3 }, (_, i) => 257 * ((i % 3) * 100 + 20));
    const image = sharp(wide, { raw: { width: 40, height: 40, channels: 3 } });
    const bytes = await image.toColourspace("rgb16").png().toBuffer();
    expect((await sharp(bytes).metadata()).depth).toBe("ushort");
    expect([...(await crop(bytes)).subarray(0, 6)]).toEqual([20, 120, 220, 20, 120, 220]);
  });

  it("enlarges an image that is too small", async () => {
    const bytes = await sharp({ create: { width: 3, height: 5, channels: 3, background: "#4080c0" } })
      .png()
      .toBuffer();
    expect([...(await crop(bytes)).subarray(-3)]).toEqual([64, 128, 192]);
  });

  it("gives the same bytes, whatever else is being decoded", async () => {
    const bytes = await waveJpeg(1, 300, 200);
    const alone = await crop(bytes);
    for (const pixels of await Promise.all(Array.from({ length: 20 }, () => crop(bytes))))
      expect(pixels).toEqual(alone);
  });

  it("refuses a file that is not an image, and a file that is cut short", async () => {
    await expect(crop(Buffer.from("no image"))).rejects.toThrow(UnreadableImageError);
    await expect(crop(Buffer.alloc(0))).rejects.toThrow(UnreadableImageError);
    const bytes = await waveJpeg(1, 300, 200);
    await expect(crop(bytes.subarray(0, bytes.length / 2))).rejects.toThrow(UnreadableImageError);
  });
});

describe("decodeWhole", () => {
  it("refuses a line of pixels, which would be gigabytes at a larger short side", async () => {
    const bytes = await sharp({ create: { width: 1, height: 20_000, channels: 3, background: "#4080c0" } })
      .png()
      .toBuffer();
    await expect(decodeWhole(bytes, () => ({ width: 256, height: 5_120_000 }))).rejects.toThrow(
      "1 × 20000 pixels are too many at the requested size",
    );
  });
});

describe("reasonUnreadable", () => {
  it("allocates nothing for a JPEG that claims 32,639 × 32,639 pixels", async () => {
    const bytes = await waveJpeg(1);
    const frame = bytes.indexOf("ffc0", 0, "hex");
    bytes.fill(0x7f, frame + 5, frame + 9);
    expect(await reasonUnreadable(bytes)).toBe("Input image exceeds pixel limit");
  });

  it("decodes to the last row", async () => {
    const bytes = await waveJpeg(1, 300, 200);
    expect(await reasonUnreadable(bytes)).toBeUndefined();
    expect(await reasonUnreadable(bytes.subarray(0, bytes.length - 40))).toMatch(/premature end of JPEG/i);
  });
});

describe("imageFacts", () => {
  it("tells JPEGs that can be kept unchanged from all other images", async () => {
    const facts = await Promise.all(
      fixture.map(async ({ name, file }) => [name, await imageFacts(Buffer.from(file, "base64"))] as const),
    );
    const plain = facts.filter(([, { plainJpeg }]) => plainJpeg).map(([name]) => name);
    expect(plain).toEqual(["wide", "tall", "progressive", "grey", "orientation"]);
    expect(facts.flatMap(([name, { extra }]) => (extra ? [[name, extra]] : []))).toEqual([
      ["alpha", "alpha"],
      ["CMYK", "CMYK"],
    ]);
  });
});

test("a data set in memory does not load the decoder", () => {
  const script = `
    const { openDataset } = await import(${JSON.stringify(new URL("../../dist/datasets/dataset.js", import.meta.url).href)});
    await openDataset({ name: "synthetic", trainImages: 10, testImages: 10, validationImages: 0 });
    const before = process.report.getReport().sharedObjects.some((path) => path.includes("vips"));
    await import("sharp");
    const after = process.report.getReport().sharedObjects.some((path) => path.includes("vips"));
    console.log(before, after);`;
  expect(execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" })).toBe(
    "false true\n",
  );
});
