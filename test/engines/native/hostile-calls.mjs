// Calls of every function of an addon with wrong arguments: missing, of another type, too short, detached, shared with
// another argument, or infinite. A call may succeed or throw an error with a message, nothing else. sanitize.sh runs this with
// an addon under AddressSanitizer, which notices every byte that is read outside an array.
// usage: node test/engines/native/hostile-calls.mjs ADDON CALLS
import { createRequire } from "node:module";
import { setImmediate as turn } from "node:timers/promises";
import { randomStream } from "../../../dist/random.js";

const [file, calls] = process.argv.slice(2);
const addon = createRequire(import.meta.url)(file);

/** A whole number from 0 to below − 1. Each call has its own stream. */
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

/**
 * Bytes that end where their memory ends, so that an access past the end is noticed. V8 stores small arrays without a
 * buffer itself.
 */
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

/** Whether numbers may be wrong in arrays of the right length. */
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

/** The same number of bfloat16 numbers, as bits. */
function halvesOf(values) {
  const [buffer, offset] = memory(2 * values.length);
  const bits = new Uint16Array(buffer, offset, values.length);
  const words = new Uint32Array(Float32Array.from(values).buffer);
  for (let i = 0; i < Math.min(bits.length, 1000); i++) bits[i] = words[i] >>> 16;
  return bits;
}

function bytes(wanted) {
  const length = Math.min(Math.max(wanted, 0), 1 << 20);
  const [buffer, offset] = memory(length);
  return new Uint8Array(buffer, offset, length);
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
/** Mostly small, sometimes long. */
const extent = (most) => liar(draw(100) ? 1 + draw(most) : 1 + draw(1 << 12));

/** A convolution. Nearly all have small arrays. */
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

/** Only bfloat16 reads it, and not always. */
const normOf = (shape) => (draw(2) ? floats(3 * shape[3]) : undefined);

/** The same in groups, which divide both numbers of channels unless they are to be wrong. */
function groupedDimensions() {
  const { shape, x, y, w } = dimensions();
  const divides = (groups) => shape[3] % groups === 0 && shape[6] % groups === 0;
  const groups = liar(pick([1, 2, 3, 4, 8, 33].filter(divides).concat(lying && !draw(3) ? [2, 5] : [])) ?? 1);
  return { groups, shape, x, y, w: Math.floor(w / groups) || 0 };
}

/** The arguments of each kernel by name, and of each other function in order. */
const argumentsOf = {
  variants: () => [],
  tiles: () => [],
  packedFilterLength: () => [dimensions().shape],
  open: () => [pick(addon.variants()), 1 + draw(3), ...pick([[], [true], [false], [undefined]])],
  allocate: () => [1 + draw(1 << 16)],
  release: () => [addon.allocate(1 + draw(1 << 16))],
  convolution() {
    const { shape, x, y, w } = dimensions();
    return { shape, x: floats(x), norm: normOf(shape), filter: floats(w), y: floats(y) };
  },
  convolutionInputGradient() {
    const { shape, x, y, w } = dimensions();
    // Only bfloat16 reads `other`.
    return { shape, dy: floats(y), filter: floats(w), other: draw(2) ? floats(x) : undefined, dx: floats(x) };
  },
  convolutionFilterGradient() {
    const { shape, x, y, w } = dimensions();
    return { shape, x: floats(x), norm: normOf(shape), dy: floats(y), dfilter: floats(w) };
  },
  groupedConvolution() {
    const { groups, shape, x, y, w } = groupedDimensions();
    return { shape, groups, x: floats(x), filter: floats(w), y: floats(y) };
  },
  groupedConvolutionInputGradient() {
    const { groups, shape, x, y, w } = groupedDimensions();
    return { shape, groups, dy: floats(y), filter: floats(w), dx: floats(x) };
  },
  groupedConvolutionFilterGradient() {
    const { groups, shape, x, y, w } = groupedDimensions();
    return { shape, groups, x: floats(x), dy: floats(y), dfilter: floats(w) };
  },
  cropImages() {
    const [batch, images, height, width, padding] = [4, 4, 9, 9, 5].map((most) => liar(1 + draw(most)));
    const depth = channels();
    const size = height * width * depth;
    const crops = Array.from({ length: Math.max(batch, 0) }, () =>
      [images, 2 * padding + 1, 2 * padding + 1, 2].map((below) => liar(draw(Math.max(below, 1)))),
    );
    const arrays = { pixels: bytes(images * size), mean: floats(size), crops: integers(crops.flat()) };
    return { batch, images, height, width, channels: depth, padding, ...arrays, y: floats(batch * size) };
  },
  product() {
    const [m, k, n] = [extent(40), channels(), channels()];
    const transposed = pick(["none", "a", "b"]);
    const operands = { a: floats(m * k), b: floats(k * n), c: floats(m * n) };
    return { m, k, n, transposeA: transposed === "a", transposeB: transposed === "b", ...operands };
  },
  batchNorm() {
    const { rows, channels, whole, each } = rowsOf();
    const numbers = { rows, channels, relu: !draw(2), epsilon: 1e-5, momentum: 0.1 };
    const arrays = { ...whole("x", "y"), shortcut: draw(2) ? whole("x").x : undefined };
    const inputs = each("gamma", "beta", "runningMean", "runningVariance");
    return { ...numbers, ...arrays, ...inputs, ...each("mean", "inverseStd", "newRunningMean", "newRunningVariance") };
  },
  batchNormInference() {
    const { rows, channels, whole, each } = rowsOf();
    const arrays = { ...whole("x", "y"), shortcut: draw(2) ? whole("x").x : null };
    const inputs = each("gamma", "beta", "mean", "variance");
    return { rows, channels, relu: !draw(2), epsilon: 1e-5, ...arrays, ...inputs };
  },
  batchNormGradient() {
    const { rows, channels, whole, each } = rowsOf();
    const arrays = { ...whole("dy", "x", "y", "dx"), dshortcut: draw(2) ? whole("x").x : undefined };
    const small = each("gamma", "mean", "inverseStd", "dgamma", "dbeta");
    return { rows, channels, relu: !draw(2), ...arrays, ...small };
  },
  maxPool() {
    const { shape, x, y } = dimensions({ same: true });
    return { shape, x: floats(x), norm: normOf(shape), y: floats(y) };
  },
  maxPoolGradient() {
    const { shape, x, y } = dimensions({ same: true });
    return { shape, dy: floats(y), x: floats(x), y: floats(y), dx: floats(x) };
  },
  averagePool() {
    const [batch, pixels, C] = [liar(1 + draw(4)), extent(30), channels()];
    return { batch, pixels, channels: C, x: floats(batch * pixels * C), y: floats(batch * C) };
  },
  averagePoolGradient() {
    const [batch, pixels, C] = [liar(1 + draw(4)), extent(30), channels()];
    return { batch, pixels, channels: C, dy: floats(batch * C), dx: floats(batch * pixels * C) };
  },
  identityShortcut() {
    const { shape, x, y } = dimensions({ filter: [1], sameOrMore: true });
    return { shape, x: floats(x), y: floats(y) };
  },
  identityShortcutGradient() {
    const { shape, x, y } = dimensions({ filter: [1], sameOrMore: true });
    return { shape, dy: floats(y), dx: floats(x) };
  },
  softmaxCrossEntropy() {
    const [batch, classes] = [extent(40), extent(12)];
    const outputs = { losses: floats(batch), wrong: floats(batch), probabilities: floats(batch * classes) };
    return { batch, classes, logits: floats(batch * classes), labels: labels(batch, classes), ...outputs };
  },
  softmaxCrossEntropyGradient() {
    const [batch, classes] = [extent(40), extent(12)];
    const whole = { probabilities: floats(batch * classes), dlogits: floats(batch * classes) };
    return { batch, classes, dlosses: floats(batch), labels: labels(batch, classes), ...whole };
  },
  momentum: () => ({
    ...counted("weights", "velocity", "gradient"),
    ...{ learningRate: 0.1, momentum: 0.9, weightDecay: 1e-4 },
  }),
  add: () => counted("a", "b", "sum"),
  gate() {
    const { rows, channels, whole, each } = rowsOf();
    return { rows, channels, ...whole("x", "y"), ...each("bias") };
  },
  gateGradient() {
    const { rows, channels, whole, each } = rowsOf();
    return { rows, channels, ...whole("dy", "y", "dx"), ...each("dbias") };
  },
  gated: () => ({ ...counted("x", "gate", "y"), complement: !draw(2) }),
  gatedGradient: () => ({ ...counted("dy", "x", "gate", "dx", "dgate"), complement: !draw(2) }),
  scale: () => ({ ...counted("x", "y"), factor: 0.5 }),
  relu: () => counted("x", "y"),
  reluGradient: () => counted("dy", "y", "dx"),
};

// The arguments that bf16-mixed precision keeps in float32.
const floatsOf = {
  averagePool: ["y"],
  averagePoolGradient: ["dy"],
  narrow: ["x"],
  product: ["a", "b", "c"],
  softmaxCrossEntropy: ["logits", "losses", "wrong", "probabilities"],
  softmaxCrossEntropyGradient: ["dlosses", "probabilities", "dlogits"],
  momentum: ["weights", "velocity", "gradient"],
};
const parameters = ["filter", "dfilter", "gamma", "beta", "dgamma", "dbeta", "mean", "variance", "inverseStd", "bias"];
parameters.push(
  "norm",
  "outputNorm",
  "dbias",
  "runningMean",
  "runningVariance",
  "newRunningMean",
  "newRunningVariance",
);

/** A packed filter, of the right length if the shape is right. */
function packedOf(shape) {
  let length = draw(2000);
  try {
    length = addon.packedFilterLength(shape);
  } catch {}
  return floats(length);
}

const onlyMixed = {
  packFilter() {
    const { shape, w } = dimensions();
    return { shape, filter: floats(w), packed: packedOf(shape) };
  },
  normalisedConvolution() {
    const { shape, x, y, w } = dimensions();
    const optional = { norm: normOf(shape), packed: draw(2) ? packedOf(shape) : undefined };
    const arrays = { x: floats(x), filter: floats(w), outputNorm: floats(3 * shape[6]), y: floats(y) };
    return { shape, relu: !draw(2), ...optional, ...arrays, shortcut: draw(2) ? floats(y) : undefined };
  },
  narrow: () => counted("x", "y"),
  normalise() {
    const { rows, channels, whole } = rowsOf();
    return { rows, channels, ...whole("x", "y"), norm: floats(3 * channels) };
  },
};

/** The same arguments with activations as bfloat16. */
function mixedArguments(name) {
  const given = name in onlyMixed ? onlyMixed[name]() : argumentsOf[name]();
  if (name === "batchNorm" && draw(2)) given.y = undefined;
  if (name === "convolution" && draw(2)) given.packed = packedOf(given.shape);
  if (name === "batchNormGradient" && draw(2)) Object.assign(given, { beta: floats(given.channels), y: undefined });
  for (const [key, value] of Object.entries(given)) {
    const isActivation = !parameters.includes(key) && !floatsOf[name]?.includes(key);
    if (isActivation && value instanceof Float32Array) given[key] = halvesOf(value);
  }
  return given;
}

const named = (names, length) => Object.fromEntries(names.map((name) => [name, floats(length)]));

/** Arrays of equal length, and the length. */
function counted(...names) {
  const count = extent(99);
  return { count, ...named(names, count) };
}

/** Makers of [rows, channels] and of [channels]. */
function rowsOf() {
  const [rows, C] = [extent(40), channels()];
  return { rows, channels: C, whole: (...names) => named(names, rows * C), each: (...names) => named(names, C) };
}

/** Ways to make an array wrong. */
const harms = [
  (array) => new array.constructor(memory(array.BYTES_PER_ELEMENT * Math.max(0, array.length + draw(3) - 1))[0]),
  (array) => array.subarray(draw(array.length + 1)),
  // Of another type: the same number of numbers, or over the same bytes.
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
  // As long as its buffer, whose length then changes.
  (array) => {
    const bytes = array.byteLength;
    const buffer = new ArrayBuffer(bytes, { maxByteLength: 2 * bytes });
    const follower = new array.constructor(buffer);
    buffer.resize(pick([0, array.BYTES_PER_ELEMENT, bytes, 2 * bytes]));
    return follower;
  },
  // Numbers with wrong values: labels, dimensions.
  (array) => {
    if (array.length > 0) array[draw(array.length)] = draw(2) ? pick(oddNumbers) : draw(40) - 8;
    return array;
  },
  // In the memory of another argument, from some position.
  (array, others) => {
    const { buffer } = pick(others);
    const size = array.BYTES_PER_ELEMENT;
    const room = Math.floor(buffer.byteLength / size) - array.length;
    return room < 0 ? array : new array.constructor(buffer, size * draw(room + 1), array.length);
  },
];

/** The array made wrong, or unchanged if JavaScript itself refuses the change. */
function harmArray(array, others) {
  try {
    return pick(harms)(array, others);
  } catch {
    return array;
  }
}

/** Makes an argument of a list, or a property of an object of arguments, wrong. */
function harm(given) {
  const keys = Object.keys(given);
  const key = pick(keys);
  switch (draw(8)) {
    case 0:
      given[key] = pick(strangers);
      break;
    case 1:
      given[key] = pick(oddNumbers);
      break;
    case 2:
      if (Array.isArray(given)) given.splice(Number(key ?? 0), draw(3), ...Array(draw(3)).fill(pick(strangers)));
      else delete given[key];
      break;
    case 3:
      if (Array.isArray(given)) given.push(...Array(draw(40)).fill(pick(strangers)));
      // A property is read after the others.
      else harmWhenAsked(given, key, pick(keys));
      break;
    default: {
      const views = keys.map((name) => heldBy(given, name)).filter((argument) => ArrayBuffer.isView(argument));
      const argument = heldBy(given, key);
      if (views.includes(argument)) given[key] = harmArray(argument, views);
      else if (typeof argument === "number")
        given[key] = draw(2) ? argument + draw(3) - 1 : argument * pick([-1, 0.5, 2]);
      else if (typeof argument === "boolean") given[key] = !argument;
    }
  }
}

/** A property's value, without calling a getter. */
const heldBy = (given, key) => Object.getOwnPropertyDescriptor(given, key)?.value;

/** Reading this property makes another one wrong, or throws. */
function harmWhenAsked(given, key, other) {
  const value = heldBy(given, key);
  const get = () => {
    if (draw(5) === 0) throw new TypeError("Expected nothing of the kind.");
    const harmed = heldBy(given, other);
    if (ArrayBuffer.isView(harmed)) harmArray(harmed, [harmed]);
    return value;
  };
  const set = (next) => Object.defineProperty(given, key, { value: next, writable: true, enumerable: true });
  if (key !== other) Object.defineProperty(given, key, { get, set, enumerable: true, configurable: true });
}

/** Calls it. True if it succeeded, false if it refused with a message. */
function call(name, given) {
  const list = Array.isArray(given) ? given : [given];
  const called = name.startsWith(mixed) ? addon.mixed[name.slice(mixed.length)] : addon[name];
  try {
    if (draw(50) === 0) Reflect.construct(called, list);
    else Reflect.apply(called, pick([undefined, addon, 7]), list);
    return true;
  } catch (error) {
    const inWords = error instanceof TypeError || error instanceof RangeError;
    if (inWords && /^(Expected |Out of memory)/.test(error.message)) return false;
    throw error;
  }
}

/** Whether a kernel still computes after all calls. */
function checkSum() {
  const sum = new Float32Array(3);
  addon.add({ count: 3, a: Float32Array.of(1, 2, 3), b: Float32Array.of(10, 20, 30), sum });
  if (String(sum) !== "11,22,33") throw new Error(`Expected sums to be 11,22,33, got ${sum}.`);
}

// peak() has no arguments and is slow.
const names = Object.keys(addon).filter((name) => name !== "peak" && name !== "mixed");
const mixed = "mixed.";
for (const name of Object.keys(addon.mixed)) {
  names.push(mixed + name);
  argumentsOf[mixed + name] = () => mixedArguments(name);
}
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
  let given = argumentsOf[name]();
  lying = false;
  if (kind === "harmed") for (let k = 1 + draw(3); k > 0; k--) harm(given);
  if (kind === "harmed" && !Array.isArray(given) && draw(50) === 0) given = pick(strangers);
  // Allowed but slow, so only a few times: more threads than cores, and gigabytes.
  if (name === "open" && typeof given[1] === "number" && given[1] > 4) given[1] = 1025;
  if (name === "allocate" && typeof given[0] === "number" && given[0] > 2 ** 27 && draw(20)) given[0] = 2 ** 35;
  try {
    if (call(name, given)) checkSum();
    else if (kind === "right") throw new Error("Expected right arguments to be taken.");
    else refused++;
  } catch (error) {
    throw new Error(`${name}, call ${i}`, { cause: error });
  }
  if (i % 100 === 0) await turn(); // so that unused buffers are freed
}
const peak = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(`${calls} calls, ${refused} refused in words, at most ${peak} MB`);
