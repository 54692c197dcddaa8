// Uniform numbers for the weights and images of the reference nets. test/fixtures/pytorch_trajectory.py makes the same
// numbers, so none of them need to be stored.

/** Value i of the key's array, in [-1, 1): the finaliser of MurmurHash3 over (key, i). */
export function hashValues(key: number, count: number): Float64Array {
  const offset = Number((BigInt(key) * 0x9e3779b9n) & 0xffffffffn);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let x = (i + offset) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    values[i] = ((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1;
  }
  return values;
}
