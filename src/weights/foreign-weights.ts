// Weights that other programs wrote as safetensors: float32, float16, bfloat16 or float64, converted to float32. Such files
// have no digest, so only their headers can be checked.
import { endianness } from "node:os";
import type { NamedTensor } from "../types.ts";
import { type NumberType, openSafetensors, readBytes } from "./safetensors-layout.ts";

/** The content of a file of weights. */
export interface ForeignWeights {
  /** The tensors of floating-point numbers, in the file's order. */
  readonly tensors: readonly NamedTensor[];
  /** Tensors of other types, such as batch counters. */
  readonly others: readonly { readonly name: string; readonly type: NumberType }[];
  /** The types that were converted to float32. */
  readonly converted: readonly string[];
}

/** Reads a file. Needs at most twice its size in memory. @throws UserError that says what is wrong with it */
export function readForeignWeights(path: string): ForeignWeights {
  return openSafetensors(path, ({ file, layout }) => {
    const tensors: NamedTensor[] = [];
    const others: { name: string; type: NumberType }[] = [];
    const converted = new Set<string>();
    for (const { name, dtype, shape, position, length } of layout) {
      const convert = conversions[dtype];
      if (convert) {
        tensors.push({ name, shape, data: convert(readBytes(file, position, length)) });
        if (dtype !== "F32") converted.add(typeNames[dtype] ?? dtype);
      } else others.push({ name, type: dtype });
    }
    return { tensors, others, converted: [...converted] };
  });
}

const typeNames: Readonly<Partial<Record<NumberType, string>>> = { F64: "float64", F16: "float16", BF16: "bfloat16" };

/** Converts the little-endian bytes of each type to float32. */
const conversions: Readonly<Partial<Record<NumberType, (bytes: Buffer) => Float32Array>>> = {
  F32(bytes) {
    if (endianness() === "BE") bytes.swap32();
    return new Float32Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength / 4);
  },
  F64(bytes) {
    if (endianness() === "BE") bytes.swap64();
    return Float32Array.from(new Float64Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength / 8));
  },
  F16: (bytes) => Float32Array.from(halves(bytes), float16),
  BF16(bytes) {
    // The upper half of a float32's bits.
    const bits = Uint32Array.from(halves(bytes), (half) => half << 16);
    return new Float32Array(bits.buffer);
  },
};

function halves(bytes: Buffer): Uint16Array {
  if (endianness() === "BE") bytes.swap16();
  return new Uint16Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength / 2);
}

/** IEEE 754 binary16: sign, 5 bits of exponent with a bias of 15, 10 bits of fraction. */
function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
