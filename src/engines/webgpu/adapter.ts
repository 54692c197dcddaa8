// The machine's graphics adapters, through the npm package `webgpu`, which has Dawn, Chromium's implementation of WebGPU.
// This file loads it, lists the adapters and opens one.
import { errorMessage, UserError } from "../../errors.ts";

/** The part of the package that is used here. */
interface Dawn {
  /** @param options such as ["backend=vulkan", "adapter=NVIDIA H100"], with a part of the adapter's name */
  create(options: readonly string[]): GPU;
  readonly globals: Readonly<Record<string, unknown>>;
}

/** An open adapter. */
export interface Adapter {
  /** The driver's name for it: "NVIDIA H100 PCIe". */
  readonly name: string;
  /** Whether it is a program that runs on the CPU. */
  readonly onCpu: boolean;
  readonly info: GPUAdapterInfo;
  readonly device: GPUDevice;
  /** The object from which WebGPU's own code requests its adapter. It must live as long as the device is used. */
  readonly gpu: GPU;
}

interface Listed {
  readonly backend: string;
  readonly name: string;
}

/** Loads Dawn, or says why it cannot be loaded. */
export async function loadDawn(): Promise<Dawn | { readonly unavailable: string }> {
  // A variable, so that type checks do not need the package, which is optional.
  const packageName: string = "webgpu";
  let dawn: Dawn;
  try {
    dawn = (await import(packageName)) as Dawn;
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
    return {
      unavailable: missing
        ? "the npm package webgpu is not installed. To get it: `npm install --include=optional`."
        : `the npm package webgpu does not load here: ${errorMessage(error).split("\n")[0]}.`,
    };
  }
  Object.assign(globalThis, dawn.globals);
  return dawn;
}

/**
 * Opens an adapter by a part of its name or by its index in the drivers' order. Default: the fastest.
 * @returns undefined if the machine has none
 * @throws UserError if no adapter has that name or index, with a list of the adapters
 */
export async function openAdapter(dawn: Dawn, wanted: string | undefined): Promise<Adapter | undefined> {
  const listed = await listAdapters(dawn);
  if (listed.length === 0) return undefined;
  const chosen = wanted === undefined ? undefined : choose(listed, wanted);
  const gpu = dawn.create(chosen ? [`backend=${chosen.backend}`, `adapter=${chosen.name}`] : []);
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) return undefined;
  const { info } = adapter as GPUAdapter & { readonly info: GPUAdapterInfo & { readonly isFallbackAdapter: boolean } };
  const name = chosen?.name ?? listed.find((one) => deviceWord(one.name) === info.device)?.name ?? info.description;
  return { name, onCpu: info.isFallbackAdapter, info, device: await openDevice(adapter), gpu };
}

/** All features and the highest limits of the adapter, because nets are large. */
function openDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const limits = [
    "maxBufferSize",
    "maxStorageBufferBindingSize",
    "maxComputeWorkgroupsPerDimension",
    "maxComputeWorkgroupStorageSize",
    "maxComputeInvocationsPerWorkgroup",
    "maxComputeWorkgroupSizeX",
  ] as const;
  const requiredLimits = Object.fromEntries(limits.map((limit) => [limit, adapter.limits[limit]]));
  return adapter.requestDevice({ requiredLimits });
}

// Dawn lists its adapters only in the error for a missing adapter.
async function listAdapters(dawn: Dawn): Promise<Listed[]> {
  try {
    await dawn.create(["adapter=(none of these)"]).requestAdapter();
    return [];
  } catch (error) {
    const found = errorMessage(error).matchAll(/backend: '(.+?)', name: '(.+)'$/gm);
    return [...found].map(([, backend, name]) => ({ backend: backend!, name: name! }));
  }
}

function choose(listed: readonly Listed[], wanted: string): Listed {
  const chosen = /^\d+$/.test(wanted)
    ? listed[Number(wanted)]
    : listed.find(({ name }) => name.toLowerCase().includes(wanted.toLowerCase()));
  const names = listed.map(({ backend, name }, index) => `${index}: ${name} (${backend})`);
  if (!chosen) throw new UserError(`Expected --adapter to be part of a name or an index, got ${wanted}.`, names);
  // Dawn opens the first adapter whose name contains this name.
  const first = listed.find(({ backend, name }) => backend === chosen.backend && name.includes(chosen.name));
  if (first !== chosen) {
    throw new UserError(`Expected --adapter to name one adapter only, got ${wanted}, whose name others share.`, [
      ...names,
      "Let the driver show only one: MESA_VK_DEVICE_SELECT or VK_DRIVER_FILES.",
    ]);
  }
  return chosen;
}

/** A name in the form that WebGPU gives to programs: "nvidia-h100-pcie". */
function deviceWord(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}
