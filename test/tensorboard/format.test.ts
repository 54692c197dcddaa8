// Compares event files with the RFC's checksums and with a file that TensorBoard itself wrote.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { crc32c, maskedCrc32c } from "../../src/tensorboard/crc32c.ts";
import { scalarEvent, stepOf, versionEvent } from "../../src/tensorboard/event.ts";
import { frameRecord, readRecords } from "../../src/tensorboard/tfrecord.ts";

const fixture = JSON.parse(readFileSync(new URL("../fixtures/tensorboard-events.json", import.meta.url), "utf8")) as {
  events: { wallTime: number; step: number; scalars: Record<string, number> }[];
  file: string;
};
const theirs = Buffer.from(fixture.file, "base64");
const events = [
  versionEvent(1767323045),
  ...fixture.events.map(({ wallTime, step, scalars }) =>
    scalarEvent(
      wallTime,
      step,
      Object.entries(scalars).map(([tag, value]) => ({ tag, value })),
    ),
  ),
];

describe("CRC-32C", () => {
  const count = (map: (i: number) => number) => Uint8Array.from({ length: 32 }, (_, i) => map(i));
  // RFC 3720, appendix B.4, which gives the bytes in transmission order, the lowest first.
  it.each([
    ["32 bytes of zeroes", count(() => 0), 0x8a9136aa],
    ["32 bytes of ones", count(() => 0xff), 0x62a8ab43],
    ["32 bytes incrementing", count((i) => i), 0x46dd794e],
    ["32 bytes decrementing", count((i) => 31 - i), 0x113fdb5c],
    [
      "an iSCSI read command",
      Buffer.from(
        "01c000000000000000000000000000001400000000000400000000140000001828000000000000000200000000000000",
        "hex",
      ),
      0xd9963a56,
    ],
  ])("of %s", (_, bytes, checksum) => {
    expect(crc32c(bytes)).toBe(checksum);
  });

  it("is masked by a rotation of 15 bits and a constant", () => {
    // By hand for 32 zeroes: 0x8a9136aa >>> 15 = 0x11522, 0x8a9136aa << 17 = 0x6d540000; their sum plus 0xa282ead8.
    expect(maskedCrc32c(new Uint8Array(32))).toBe(0x0fd7fffa);
  });
});

describe("an event file", () => {
  it("is byte for byte the file that TensorBoard writes", () => {
    expect(Buffer.concat(events.map(frameRecord)).toString("hex")).toBe(theirs.toString("hex"));
  });

  it("is read back up to the first record that is cut off, wherever the cut is", () => {
    const whole = [...readRecords(theirs)];
    expect(whole.map(({ record }) => stepOf(record))).toEqual([undefined, 20, 64000]);
    expect(whole.map(({ record }) => Buffer.from(record))).toEqual(events.map((event) => Buffer.from(event)));
    expect(whole.at(-1)?.end).toBe(theirs.length);
    for (let length = 0; length < theirs.length; length++) {
      const records = [...readRecords(theirs.subarray(0, length))];
      expect(records.length).toBe(whole.filter(({ end }) => end <= length).length);
    }
  });

  it("is read back up to the first record with a wrong bit", () => {
    const second = [...readRecords(theirs)][0]!.end;
    for (let i = second; i < theirs.length; i++) {
      const damaged = Uint8Array.from(theirs, (byte, at) => (at === i ? byte ^ 1 : byte));
      expect([...readRecords(damaged)].length).toBeLessThan(3);
    }
  });
});
