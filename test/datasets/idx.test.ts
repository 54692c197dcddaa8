import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { gunzip, parseIdx } from "../../src/datasets/idx.ts";
import { idx } from "./fixtures.ts";

describe("IDX", () => {
  it("reads dimensions and bytes", () => {
    const { dimensions, values } = parseIdx(idx([2, 1, 3], Uint8Array.of(1, 2, 3, 4, 5, 6)), "f", 3);
    expect(dimensions).toEqual([2, 1, 3]);
    expect([...values]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("names a wrong beginning and the right one", () => {
    expect(() => parseIdx(idx([2], Uint8Array.of(1, 2)), "f", 3)).toThrow(
      "Expected f to begin with 00000803 and 3 dimension(s) (IDX, unsigned bytes), got 00000801.",
    );
    expect(() => parseIdx(new Uint8Array(0), "f", 1)).toThrow(
      "Expected f to begin with 00000801 and 1 dimension(s) (IDX, unsigned bytes), got nothing.",
    );
  });

  it("refuses a header that claims more than the file has", () => {
    expect(() => parseIdx(idx([0xffffffff, 28, 28], new Uint8Array(784)), "f", 3)).toThrow(
      "Expected f to have 4294967295 × 28 × 28 bytes after its header, as the header says, got 784.",
    );
  });
});

describe("gunzip", () => {
  it("unpacks gzip up to a bound", () => {
    expect([...gunzip(gzipSync(Uint8Array.of(1, 2, 3)), "f", 3)]).toEqual([1, 2, 3]);
  });

  it("stops at the bound, however far the file would unpack", () => {
    expect(() => gunzip(gzipSync(new Uint8Array(5_000_000)), "f", 1000)).toThrow(
      "Expected f to be a gzip file of at most 1000 bytes unpacked, got more.",
    );
  });

  it("names a file that is cut short or not gzip", () => {
    expect(() => gunzip(gzipSync(new Uint8Array(500)).subarray(0, 20), "f", 1000)).toThrow(
      "Expected f to be a gzip file of at most 1000 bytes unpacked, got unexpected end of file.",
    );
    expect(() => gunzip(Uint8Array.of(1, 2, 3), "f", 1000)).toThrow(
      "Expected f to be a gzip file of at most 1000 bytes unpacked, got incorrect header check.",
    );
  });
});
