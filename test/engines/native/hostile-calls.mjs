// Calls every function of an addon with wrong arguments: missing, of another type, too short, detached, shared with
// another argument, without end. A call may do its work or throw an error in words, no more; sanitize.sh runs this with
// an addon under AddressSanitizer, which sees every byte read beside an array.
// usage: node test/engines/native/hostile-calls.mjs ADDON CALLS
import { createRequire } from "node:module";
import { setImmediate as turn } from "node:timers/promises";
import { randomStream } from "../../../dist/random.js";

const [file, calls] = process.argv.slice(2);
const addon = createRequire(import.meta.url)(file);

/** A whole number from 0 to below − 1. Each call has a stream of its own. */
let draw;
const pick = (list) => list[draw(list.length)];
function newDice(call) {
  const stream = randomStream(call, "conformance", 0);
  let index = 0;
  draw = (below) => Math.floor(stream(index++) * below);
}

const oddNumbers = [Number.NaN, Infinity, -Infinity, -0, 0, -1, 0.5, 1e-320, 1e39, -1e308, 15, 16, 1024, 2 ** 24];
oddNumbers.push(2 ** 24 + 1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 32 + 1, 2 ** 53, 2 ** 63, 2 ** 64);
const strangers = [undefined, null, true, false, "", "7", "avx2", Symbol("x"), 7n, {}, [], [1, 2], () => 7, new Map()];
strangers.push(Object.create(Float32Array.prototype), new Proxy(new Float32Array(8), {}), new Float32Array(0));
strangers.push({ length: 8, buffer: new ArrayBuffer(32) }, new WebAssembly.Memory({ initial: 1 }).buffer);
const otherArrays = [Int8Array, Uint8ClampedArray, Uint16Array, Uint32Array, Int32Array, Float32Array, Float64Array];
otherArrays.push(BigInt64Array, DataView, ArrayBuffer, ...(globalThis.Float16Array ? [globalThis.Float16Array] : []));

/** Bytes that end where their memory ends, so that one too far is seen; V8 keeps small arrays without a buffer itself. */
function memory(bytes) {
  const before = 4 * draw(3);
  const buffers = [
    () => new ArrayBuffer(before + bytes),
    () => new SharedArrayBuffer(before + bytes),
    () => new ArrayBuffer(before + bytes, { maxByteLength: before + 2 * bytes }),
    () => addon.allocate(Math.max(1, before + bytes)),
  ];
  return [buffers[draw(8)]?.() ?? new ArrayBuffer(before + bytes), before];
}

/** Whether numbers may be wrong whose arrays are as long as they say. */
let lying = false;
const liar = (value) => (lying && draw(6) === 0 ? pick([value + 1, value - 1, 2 * value, draw(20), -value, 0]) : value);

function floats(wanted) {
  const length = Math.min(Math.max(wanted, 0), 1 << 20);
  const [buffer, offset] = memory(4 * length);
  const values = new Float32Array(buffer, offset, length);
  for (let i = 0; i < Math.min(length, 1000); i++) values[i] = draw(200) / 100 - 1;
  if (length > 0 && draw(4) === 0) values[draw(length)] = pick(oddNumbers);
  return values;
}

function integers(values) {
  const [buffer, offset] = memory(4 * values.length);
  const array = new Int32Array(buffer, offset, values.length);
  array.set(values);
  return array;
}

const labels = (batch, classes) => {
  const right = Array.from({ length: Math.max(batch, 0) }, () => draw(Math.max(classes, 1)));
  if (lying) right[0] = pick([...oddNumbers, classes, -1]);
  return integers(right);
};
const channels = () => liar(pick([1, 2, 3, 7, 8, 9, 16, 17, 24, 33]));
/** Mostly small; a long one now and then. */
const extent = (most) => liar(draw(100) ? 1 + draw(most) : 1 + draw(1 << 12));

/** A convolution; its arrays are small for all but a few. */
function dimensions({ filter = [1, 2, 3, 3, 3, 7, 15], same = false, sameOrMore = false } = {}) {
  const long = draw(100) === 0;
  const [height, width] = draw(2)
    ? [1 + draw(9), 1 + draw(long ? 1 << 12 : 9)]
    : [1 + draw(long ? 1 << 12 : 9), 1 + draw(9)];
  const [kernelHeight, kernelWidth] = draw(4) ? Array(2).fill(pick(filter)) : [pick(filter), pick(filter)];
  const stride = pick(lying ? [1, 2, 3, 4, 5, 6] : [1, 1, 1, 2, 3, 4]);
  const [top, left] = draw(2) ? [kernelHeight >> 1, kernelWidth >> 1] : [draw(kernelHeight), draw(kernelWidth)];
  const most = [Math.ceil((height + top) / stride), Math.ceil((width + left) / stride)];
  const [outHeight, outWidth] = draw(3)
    ? [Math.ceil(height / stride), Math.ceil(width / stride)]
    : most.map((n) => 1 + draw(n));
  const from = long ? 1 : channels();
  const to = same ? from : sameOrMore ? from + draw(9) : long ? 1 : channels();
  const batch = height * width > 100 ? 1 : 1 + draw(3);
  const shape = [batch, height, width, from, outHeight, outWidth, to, kernelHeight, kernelWidth, stride, top, left].map(
    liar,
  );
  const product = (...places) => places.reduce((size, place) => size * shape[place], 1);
  return { shape: integers(shape), x: product(0, 1, 2, 3), y: product(0, 4, 5, 6), w: product(7, 8, 3, 6) };
}

/** What each function takes. */
const argumentsOf = {
  variants: () => [],
  open: () => [pick(addon.variants()), 1 + draw(3)],
  allocate: () => [1 + draw(1 << 16)],
  release: () => [addon.allocate(1 + draw(1 << 16))],
  convolution() {
    const { shape, x, y, w } = dimensions();
    return [floats(x), floats(w), floats(y), shape];
  },
  convolutionInputGradient() {
    const { shape, x, y, w } = dimensions();
    return [floats(y), floats(w), floats(x), shape];
  },
  convolutionFilterGradient() {
    const { shape, x, y, w } = dimensions();
    return [floats(x), floats(y), floats(w), shape];
  },
  product() {
    const [m, k, n] = [extent(40), channels(), channels()];
    return [
      floats(m * k),
      floats(k * n),
      floats(m * n),
      m,
      k,
      n,
      ...pick([
        [false, false],
        [true, false],
        [false, true],
      ]),
    ];
  },
  batchNorm() {
    const [rows, C] = [extent(40), channels()];
    const [x, shortcut, y] = [floats(rows * C), draw(2) ? floats(rows * C) : undefined, floats(rows * C)];
    const each = () => floats(C);
    return [
      x,
      each(),
      each(),
      each(),
      each(),
      shortcut,
      y,
      each(),
      each(),
      each(),
      each(),
      rows,
      C,
      !draw(2),
      1e-5,
      0.1,
    ];
  },
  batchNormInference() {
    const [rows, C] = [extent(40), channels()];
    const [x, shortcut, y] = [floats(rows * C), draw(2) ? floats(rows * C) : null, floats(rows * C)];
    return [x, floats(C), floats(C), floats(C), floats(C), shortcut, y, rows, C, !draw(2), 1e-5];
  },
  batchNormGradient() {
    const [rows, C] = [extent(40), channels()];
    const whole = () => floats(rows * C);
    const each = () => floats(C);
    const dshortcut = draw(2) ? whole() : undefined;
    return [whole(), whole(), whole(), each(), each(), each(), whole(), each(), each(), dshortcut, rows, C, !draw(2)];
  },
  maxPool() {
    const { shape, x, y } = dimensions({ same: true });
    return [floats(x), floats(y), shape];
  },
  maxPoolGradient() {
    const { shape, x, y } = dimensions({ same: true });
    return [floats(y), floats(x), floats(y), floats(x), shape];
  },
  averagePool() {
    const [batch, pixels, C] = [liar(1 + draw(4)), extent(30), channels()];
    return [floats(batch * pixels * C), floats(batch * C), batch, pixels, C];
  },
  averagePoolGradient() {
    const [batch, pixels, C] = [liar(1 + draw(4)), extent(30), channels()];
    return [floats(batch * C), floats(batch * pixels * C), batch, pixels, C];
  },
  identityShortcut() {
    const { shape, x, y } = dimensions({ filter: [1], sameOrMore: true });
    return [floats(x), floats(y), shape];
  },
  identityShortcutGradient() {
    const { shape, x, y } = dimensions({ filter: [1], sameOrMore: true });
    return [floats(y), floats(x), shape];
  },
  softmaxCrossEntropy() {
    const [batch, K] = [extent(40), extent(12)];
    return [floats(batch * K), labels(batch, K), floats(batch), floats(batch), floats(batch * K), batch, K];
  },
  softmaxCrossEntropyGradient() {
    const [batch, K] = [extent(40), extent(12)];
    return [floats(batch), floats(batch * K), labels(batch, K), floats(batch * K), batch, K];
  },
  momentum() {
    const n = extent(99);
    return [floats(n), floats(n), floats(n), floats(n), floats(n), n, 0.1, 0.9, 1e-4];
  },
  add: () => arrays(3),
  gate() {
    const [rows, C] = [extent(40), channels()];
    return [floats(rows * C), floats(C), floats(rows * C), rows, C];
  },
  gateGradient() {
    const [rows, C] = [extent(40), channels()];
    return [floats(rows * C), floats(rows * C), floats(rows * C), floats(C), rows, C];
  },
  gated: () => [...arrays(3), !draw(2)],
  gatedGradient: () => [...arrays(5), !draw(2)],
  scale: () => [...arrays(2), 0.5],
  relu: () => arrays(2),
  reluGradient: () => arrays(3),
};

/** So many arrays of one length, and the length. */
function arrays(count) {
  const n = extent(99);
  return [...Array.from({ length: count }, () => floats(n)), n];
}

/** Ways to make an array wrong. */
const harms = [
  (array) => new array.constructor(memory(4 * Math.max(0, array.length + draw(3) - 1))[0]),
  (array) => array.subarray(draw(array.length + 1)),
  // Of another type: as many numbers, or over the same bytes.
  (array) => {
    const type = pick(otherArrays);
    return new type(draw(2) ? new ArrayBuffer((type.BYTES_PER_ELEMENT ?? 1) * array.length) : array.buffer);
  },
  // Detached, as by a transfer to a worker.
  (array) => {
    if (array.buffer instanceof ArrayBuffer) structuredClone(array.buffer, { transfer: [array.buffer] });
    return array;
  },
  (array) => {
    if (array.buffer.resizable) array.buffer.resize(draw(array.buffer.byteLength + 1));
    return array;
  },
  // As long as its buffer, which then changes.
  (array) => {
    const buffer = new ArrayBuffer(4 * array.length, { maxByteLength: 8 * array.length });
    const follower = new array.constructor(buffer);
    buffer.resize(pick([0, 4, 4 * array.length, 8 * array.length]));
    return follower;
  },
  // Numbers that are not what they should be: labels, dimensions.
  (array) => {
    if (array.length > 0) array[draw(array.length)] = draw(2) ? pick(oddNumbers) : draw(40) - 8;
    return array;
  },
  // In the memory of another argument, from some place on.
  (array, others) => {
    const { buffer } = pick(others);
    const room = Math.floor(buffer.byteLength / 4) - array.length;
    return room < 0 ? array : new array.constructor(buffer, 4 * draw(room + 1), array.length);
  },
];

/** The array made wrong, or the same where JavaScript itself refuses what was tried. */
function harmArray(array, others) {
  try {
    return pick(harms)(array, others);
  } catch {
    return array;
  }
}

function harm(list) {
  const at = draw(list.length);
  switch (draw(8)) {
    case 0:
      list[at] = pick(strangers);
      break;
    case 1:
      list[at] = pick(oddNumbers);
      break;
    case 2:
      list.splice(at, draw(3), ...Array(draw(3)).fill(pick(strangers)));
      break;
    case 3:
      list.push(...Array(draw(40)).fill(pick(strangers)));
      break;
    default: {
      const views = list.filter((argument) => ArrayBuffer.isView(argument));
      const argument = list[at];
      if (views.includes(argument)) list[at] = harmArray(argument, views);
      else if (typeof argument === "number")
        list[at] = draw(2) ? argument + draw(3) - 1 : argument * pick([-1, 0.5, 2]);
      else if (typeof argument === "boolean") list[at] = !argument;
    }
  }
}

/** Calls it; true where it did its work, false where it refused in words. */
function call(name, list) {
  try {
    if (draw(50) === 0) Reflect.construct(addon[name], list);
    else Reflect.apply(addon[name], pick([undefined, addon, 7]), list);
    return true;
  } catch (error) {
    const inWords = error instanceof TypeError || error instanceof RangeError;
    if (inWords && /^(Expected |Out of memory)/.test(error.message)) return false;
    throw error;
  }
}

/** After all that a kernel still computes. */
function checkSum() {
  const sum = new Float32Array(3);
  addon.add(Float32Array.of(1, 2, 3), Float32Array.of(10, 20, 30), sum, 3);
  if (String(sum) !== "11,22,33") throw new Error(`Expected sums to be 11,22,33, got ${sum}.`);
}

// peak() has no arguments and takes its time.
const names = Object.keys(addon).filter((name) => name !== "peak");
newDice(0);
for (const name of names) {
  if (!(name in argumentsOf)) throw new Error(`Expected ${name} to be among the functions called here.`);
  if (!call(name, argumentsOf[name]())) throw new Error(`Expected ${name} to work as soon as it is there.`);
}
addon.open(addon.variants()[0], 2);

let refused = 0;
for (let i = 1; i <= Number(calls); i++) {
  newDice(i);
  const name = names[i % names.length];
  const kind = pick(["right", "lying", "lying", "harmed", "harmed", "harmed"]);
  lying = kind === "lying";
  const list = argumentsOf[name]();
  lying = false;
  if (kind === "harmed") for (let k = 1 + draw(3); k > 0; k--) harm(list);
  // Allowed, and slow: more threads than cores, and gigabytes but for a few times.
  if (name === "open" && typeof list[1] === "number" && list[1] > 4) list[1] = 1025;
  if (name === "allocate" && typeof list[0] === "number" && list[0] > 2 ** 27 && draw(20)) list[0] = 2 ** 35;
  try {
    if (call(name, list)) checkSum();
    else if (kind === "right") throw new Error("Expected right arguments to be taken.");
    else refused++;
  } catch (error) {
    throw new Error(`${name}, call ${i}`, { cause: error });
  }
  if (i % 100 === 0) await turn(); // so that buffers nobody holds are given back
}
const peak = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(`${calls} calls, ${refused} refused in words, at most ${peak} MB`);
