// Counter-based random numbers: each is a pure function of (seed, purpose, step, index). A resumed run needs no saved
// generator, and no draw depends on earlier draws. Not for cryptography.

/** The purpose of a stream of random numbers. Two purposes never share a number. */
export type Purpose =
  | "initialise"
  | "shuffle"
  | "scale"
  | "crop"
  | "flip"
  | "colour"
  | "split"
  | "synthetic"
  | "benchmark"
  | "conformance"
  | "dropout"
  | "mix"
  | "survival"
  | "delete"
  | "permute"
  | "path"
  | "direction";

/** A uniform number in [0, 1) with 32 random bits. It depends on its four coordinates only. */
export function random(seed: number, purpose: Purpose, step: number, index: number): number {
  return randomStream(seed, purpose, step)(index);
}

/** `random` with the first three coordinates fixed, which is faster for many indices. */
export function randomStream(seed: number, purpose: Purpose, step: number): (index: number) => number {
  let key = 0x9e3779b9;
  for (let i = 0; i < purpose.length; i++) key = mix(key ^ purpose.charCodeAt(i));
  key = absorb(absorb(key, seed), step);
  return (index) => absorb(key, index) / 2 ** 32;
}

/** A standard normal number by the Box-Muller method, from the uniform numbers at 2·index and 2·index+1 of the stream. */
export function normal(uniform: (index: number) => number, index: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform(2 * index)));
  return radius * Math.cos(2 * Math.PI * uniform(2 * index + 1));
}

/** The numbers 0 … count−1 in random order, by the Fisher-Yates shuffle. */
export function permutation(uniform: (index: number) => number, count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(uniform(i) * (i + 1));
    const swap = order[i]!;
    order[i] = order[j]!;
    order[j] = swap;
  }
  return order;
}

// It uses both halves of a 53-bit integer, so that large seeds and steps stay distinct.
function absorb(key: number, value: number): number {
  const low = value >>> 0;
  const high = Math.floor(value / 2 ** 32) >>> 0;
  return mix(mix(key ^ low) + high + 0x6d2b79f5) >>> 0;
}

// The finaliser of MurmurHash3 (Appleby, public domain): every input bit flips each output bit with probability 1/2.
function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
