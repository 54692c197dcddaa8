// The webgpu engine, for any GPU with Vulkan, Metal or Direct3D 12: TensorFlow.js's WebGPU backend on Dawn, with our own
// kernels. It registers the backend "webgpu" on the chosen adapter.
import { createRequire } from "node:module";
import {
  env,
  findBackendFactory,
  getKernel,
  registerBackend,
  registerKernel,
  removeBackend,
  unregisterKernel,
} from "@tensorflow/tfjs-core";
import { errorMessage, UserError } from "../../errors.ts";
import { type Adapter, loadDawn, openAdapter } from "./adapter.ts";

/** The WebGPU engine, opened. */
export interface WebgpuEngine {
  readonly name: "webgpu";
  /** For people: "webgpu (NVIDIA H100 PCIe)". */
  readonly description: string;
  /** The adapter: different adapters round differently. */
  readonly variant: string;
  /** The versions of the backend and of Dawn's package. */
  readonly version: string;
  readonly threads: 1;
  readonly device: { readonly kind: "cpu" | "gpu"; readonly name: string };
  readonly stepsAhead: number;
  /** The largest size of a tensor in bytes. */
  readonly maximumTensorBytes: number;
}

export interface WebgpuOptions {
  /** A part of the adapter's name, or its index. Default: the fastest adapter. */
  readonly adapter?: string | undefined;
  /** Whether to refuse an adapter that is a program on the CPU. */
  readonly gpuOnly?: boolean | undefined;
}

// Enough to have the next commands ready. Each step ahead also keeps a batch of images in memory.
const stepsAhead = 4;

let opened: { readonly wanted: string | undefined; readonly adapter: Adapter } | undefined;

/**
 * Opens the WebGPU engine. The caller then makes "webgpu" TensorFlow.js's backend. A different adapter replaces the backend,
 * and the tensors of the old backend are lost.
 * @throws UserError if no adapter has the given name, with a list of the adapters
 */
export async function openWebgpu(
  options: WebgpuOptions = {},
): Promise<WebgpuEngine | { readonly unavailable: string }> {
  const { adapter: wanted, gpuOnly } = options;
  if (!opened || opened.wanted !== wanted) {
    const dawn = await loadDawn();
    if ("unavailable" in dawn) return dawn;
    let adapter: Adapter | undefined;
    try {
      adapter = await openAdapter(dawn, wanted);
    } catch (error) {
      if (error instanceof UserError) throw error;
      return { unavailable: `its adapter does not open (${errorMessage(error)}). Another driver may work.` };
    }
    if (!adapter) {
      return {
        unavailable:
          "it finds no adapter. To get one: install the GPU's driver for Vulkan (mesa-vulkan-drivers, NVIDIA's).",
      };
    }
    opened = { wanted, adapter };
    await register(adapter);
  }
  const { adapter } = opened;
  if (gpuOnly && adapter.onCpu) return { unavailable: `${adapter.name} is not a GPU; --engine webgpu uses it anyway.` };
  return {
    name: "webgpu",
    description: `webgpu (${adapter.name}${adapter.onCpu ? ", which runs on the CPU" : ""})`,
    variant: adapter.name,
    version: packageVersions(),
    threads: 1,
    device: { kind: adapter.onCpu ? "cpu" : "gpu", name: adapter.name },
    stepsAhead,
    maximumTensorBytes: Math.min(
      adapter.device.limits.maxBufferSize,
      adapter.device.limits.maxStorageBufferBindingSize,
    ),
  };
}

async function register({ device, info, gpu }: Adapter): Promise<void> {
  // Imported here, because it reads the globals that Dawn has set.
  const { WebgpuBackend } = await import("./backend.ts");
  const { webgpuKernels } = await import("./kernels.ts");
  const environment = env();
  // A kernel must always run on the GPU, and sums must always have the same order: a rerun and a resumed run must have the
  // same bits.
  environment.set("WEBGPU_CPU_FORWARD", false);
  environment.set("WEBGPU_MATMUL_PROGRAM_TYPE", packedMatMul);
  environment.set("WEBGPU_THRESHOLD_TO_INCREASE_WORKGROUPS_FOR_MATMUL", 0);
  // In tiles in the workgroup's memory, like the forward pass.
  environment.set("WEBGPU_USE_NAIVE_CONV2D_TRANSPOSE", false);
  // The backend's constructor asks whether the browser has a GPU. If it stayed, the process would not end.
  const host = globalThis as { navigator?: object };
  if (!host.navigator) Object.defineProperty(host, "navigator", { value: {}, configurable: true });
  const navigator = host.navigator!;
  Object.defineProperty(navigator, "gpu", { value: gpu, configurable: true });
  const backend = new WebgpuBackend(device, info);
  Reflect.deleteProperty(navigator, "gpu");
  if (findBackendFactory("webgpu")) removeBackend("webgpu");
  registerBackend("webgpu", () => backend);
  for (const kernel of webgpuKernels()) {
    if (getKernel(kernel.kernelName, "webgpu")) unregisterKernel(kernel.kernelName, "webgpu");
    registerKernel(kernel);
  }
}

/** MatMulProgramType.MatMulPackedProgram of the stock backend: its others sum by atomic additions or pick by device. */
const packedMatMul = 3;

function packageVersions(): string {
  const require = createRequire(import.meta.url);
  const version = (name: string) => (require(`${name}/package.json`) as { version: string }).version;
  return `${version("@tensorflow/tfjs-backend-webgpu")} on Dawn ${version("webgpu")}`;
}
