// The tensorflow engine: TensorFlow's kernels, for NVIDIA's GPUs or for the CPU, as TensorFlow.js's backend "tensorflow".
// TensorFlow reads its settings once per process, when its library loads.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { errorMessage } from "../../errors.ts";
import { registerComposedKernels } from "../../ops/composed.ts";
import { availableCores } from "../../system/cores.ts";
import { processorName } from "../processor.ts";
import { loadBackend, type TensorflowBackend, type TensorflowFiles } from "./backend.ts";
import { filesOf, findPackageBuild, readInstallation } from "./installation.ts";
import { tensorflowKernels } from "./kernels.ts";

/** The tensorflow engine, opened. */
export interface TensorflowEngine {
  readonly name: "tensorflow";
  /** For people: "tensorflow (2.21.0, 2 threads)". */
  readonly description: string;
  /** On a CPU, instruction set and threads, on which the order of sums depends. If both are equal, the bits are equal. */
  readonly variant?: string;
  /** TensorFlow's. */
  readonly version: string;
  readonly threads: number;
  readonly device: { readonly kind: "cpu" | "gpu"; readonly name: string };
}

export interface TensorflowOptions {
  /** Threads on the CPU. Default: all cores. The process keeps the number of the first opening. */
  readonly threads?: number | undefined;
  readonly gpuOnly?: boolean | undefined;
}

let loaded: { readonly backend: TensorflowBackend; readonly threads: number } | undefined;

/** Opens the engine. The caller then makes "tensorflow" TensorFlow.js's backend. */
export function openTensorflow(options: TensorflowOptions = {}): TensorflowEngine | { readonly unavailable: string } {
  const installation = readInstallation();
  const files = installation ? filesOf(installation.directory) : findPackageBuild();
  if (options.gpuOnly && !existsSync(gpus)) return { unavailable: "this machine has no NVIDIA GPU." };
  if (!files) return { unavailable: `TensorFlow is not installed. To get it: ${installCommand}` };
  if (options.gpuOnly && installation?.cuda === false) {
    return { unavailable: `it is installed without CUDA. To get it: ${installCommand} --cuda` };
  }
  const threads = options.threads ?? loaded?.threads ?? availableCores();
  if (loaded && loaded.threads !== threads) {
    return { unavailable: `this process has opened it with ${loaded.threads} threads, which cannot change.` };
  }
  try {
    loaded ??= { backend: registerTensorflow(files, threads), threads };
  } catch (error) {
    return { unavailable: `it does not load: ${errorMessage(error)}` };
  }
  const { backend } = loaded;
  const onGpu = backend.isUsingGpuDevice;
  if (options.gpuOnly && !onGpu) return { unavailable: "TensorFlow finds no GPU that it can use." };
  const version = backend.binding.TF_Version;
  const device = onGpu
    ? ({ kind: "gpu", name: gpuName() } as const)
    : ({ kind: "cpu", name: processorName() } as const);
  const threadCount = `${threads} ${threads === 1 ? "thread" : "threads"}`;
  const where = onGpu ? device.name : threadCount;
  const variant = onGpu ? undefined : { variant: `${instructionSet()}, ${threadCount}` };
  return { name: "tensorflow", description: `tensorflow (${version}, ${where})`, version, threads, device, ...variant };
}

/** Loads TensorFlow with this number of threads and registers backend and kernels. @throws Error if it does not load */
export function registerTensorflow(files: TensorflowFiles, threads: number): TensorflowBackend {
  Object.assign(process.env, {
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: "1",
    OMP_NUM_THREADS: String(threads),
    TF_DETERMINISTIC_OPS: "1",
    TF_CUDNN_DETERMINISTIC: "1",
    TF_CPP_MIN_LOG_LEVEL: process.env.TF_CPP_MIN_LOG_LEVEL ?? "2",
    // Numbers GPUs in the driver's order, so that a GPU has the same number here and in the driver.
    CUDA_DEVICE_ORDER: process.env.CUDA_DEVICE_ORDER ?? "PCI_BUS_ID",
    // Computes products in float32, as every other engine does, and does not round to TF32's ten bits.
    NVIDIA_TF32_OVERRIDE: process.env.NVIDIA_TF32_OVERRIDE ?? "0",
    // Takes a GPU's memory only as needed: another program may use the same GPU.
    TF_FORCE_GPU_ALLOW_GROWTH: process.env.TF_FORCE_GPU_ALLOW_GROWTH ?? "true",
  });
  const backend = loadBackend(files);
  tf.registerBackend("tensorflow", () => backend);
  registerComposedKernels("tensorflow");
  for (const kernel of tensorflowKernels()) {
    if (tf.getKernel(kernel.kernelName, "tensorflow")) tf.unregisterKernel(kernel.kernelName, "tensorflow");
    tf.registerKernel(kernel);
  }
  return backend;
}

/** The instruction set by which oneDNN and Eigen choose kernels; "unknown" if the system does not say. */
function instructionSet(): string {
  if (process.arch !== "x64") return process.arch;
  const flags = existsSync("/proc/cpuinfo")
    ? /^flags\s*:(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1]
    : undefined;
  if (flags === undefined) return "unknown";
  return ["avx512f", "avx2", "avx"].find((set) => flags.split(" ").includes(set)) ?? "sse";
}

const installCommand = "resnet-exp engine install tensorflow";
const gpus = "/proc/driver/nvidia/gpus";

/** NVIDIA's name of the GPU in use. TensorFlow takes the last GPU that it sees. */
function gpuName(): string {
  const names = (existsSync(gpus) ? readdirSync(gpus).sort() : []).map((bus) => {
    const text = readFileSync(join(gpus, bus, "information"), "utf8");
    return /^Model:\s*(.+)$/m.exec(text)?.[1]?.trim() ?? "NVIDIA GPU";
  });
  const visible = process.env.CUDA_VISIBLE_DEVICES?.split(",").at(-1);
  return (visible === undefined ? names.at(-1) : names[Number(visible)]) ?? "NVIDIA GPU";
}
