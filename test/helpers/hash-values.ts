// The uniform numbers of the fixtures, under the names that tests use.
export { hashValues } from "../../src/conformance/hash-values.ts";

/** The key of a name: its FNV-1a hash, as in test/fixtures/torchvision_resnet.py. */
export function hashKey(name: string): number {
  return Buffer.from(name).reduce((key, byte) => Math.imul(key ^ byte, 0x01000193) >>> 0, 0x811c9dc5);
}
