// The door to the engine on any GPU with Vulkan, Metal or Direct3D 12: TensorFlow.js's WebGPU backend on Dawn, with
// kernels of our own. Registers the backend "webgpu" on the adapter asked for.
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
  /** The adapter: two of them round differently. */
  readonly variant: string;
  /** Of the backend and of Dawn's package. */
  readonly version: string;
  readonly threads: 1;
  readonly device: { readonly kind: "cpu" | "gpu"; readonly name: string };
  readonly stepsAhead: number;
  /** The most that one tensor may hold. */
  readonly maximumTensorBytes: number;
}

export interface WebgpuOptions {
  /** Part of an adapter's name, or its index; the fastest without it. */
  readonly adapter?: string | undefined;
  /** Refuse an adapter that is a program on the CPU. */
  readonly gpuOnly?: boolean | undefined;
}

// Enough to have the next commands ready; each step ahead also holds a batch of images in memory.
const stepsAhead = 4;

let opened: { readonly wanted: string | undefined; readonly adapter: Adapter } | undefined;

/**
 * Opens the WebGPU engine; the caller then makes "webgpu" TensorFlow.js's backend. Another adapter than before replaces
 * the backend, and the tensors that were on it are lost.
 * @throws UserError if no adapter has the name asked for, with those there are
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
      return { unavailable: `its adapter does not open (${errorMessage(error)}). Another driver may do.` };
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
  if (gpuOnly && adapter.onCpu)
    return { unavailable: `${adapter.name} is no GPU; --engine webgpu takes it all the same.` };
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
  // Imported only here, as it reads what Dawn has put among the globals.
  const { WebgpuBackend } = await import("./backend.ts");
  const { webgpuKernels } = await import("./kernels.ts");
  const environment = env();
  // No kernel may run on the CPU now and on the GPU then, and no sum may take its terms in another order: a rerun and a
  // resumed run shall have the same bits.
  environment.set("WEBGPU_CPU_FORWARD", false);
  environment.set("WEBGPU_MATMUL_PROGRAM_TYPE", packedMatMul);
  environment.set("WEBGPU_THRESHOLD_TO_INCREASE_WORKGROUPS_FOR_MATMUL", 0);
  // By tiles in the workgroup's memory, as the forward pass.
  environment.set("WEBGPU_USE_NAIVE_CONV2D_TRANSPOSE", false);
  // The backend's constructor asks whether the browser has a GPU; left there, it would keep the process from ending.
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
