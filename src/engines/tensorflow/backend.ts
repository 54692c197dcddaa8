// TensorFlow's backend from the package @tensorflow/tfjs-node-gpu: its classes, its kernels and the addon.
// The package imports TensorFlow.js's union package and protocol buffers. It gets the core instead of the union package,
// because its kernels use nothing else. It gets no protocol buffers, which only saved models and TensorBoard need.
import { createRequire } from "node:module";
import { join } from "node:path";
import util from "node:util";
import type { Tensor, TensorInfo } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";

/** The files of a usable TensorFlow. */
export interface TensorflowFiles {
  /** The npm package, with `dist/`. */
  readonly package: string;
  /** The compiled addon, linked to TensorFlow's library. */
  readonly addon: string;
  /** An addon that turns standard error off and on. The npm package's own build has none. */
  readonly quiet?: string;
}

/** An attribute of a TensorFlow operation: its name, type and value. */
export interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: string | number | boolean | readonly number[];
}

/** The part of the package's backend that our kernels call. */
export interface TensorflowBackend extends tf.KernelBackend {
  readonly isUsingGpuDevice: boolean;
  readonly binding: Readonly<Record<AttributeType | "TF_FLOAT", number>> & { readonly TF_Version: string };
  executeSingleOutput(name: string, attributes: readonly Attribute[], inputs: readonly TensorInfo[]): Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly TensorInfo[],
    outputs: number,
  ): Tensor[];
}

type AttributeType = "TF_ATTR_STRING" | "TF_ATTR_INT" | "TF_ATTR_FLOAT" | "TF_ATTR_BOOL" | "TF_ATTR_TYPE";

interface Quiet {
  off(): void;
  on(): void;
}

interface Module {
  readonly NodeJSKernelBackend: new (binding: unknown, packageName: string) => TensorflowBackend;
}

/**
 * Registers the package's kernels and makes its backend. Only once per process: TensorFlow reads its settings from the
 * environment when its library loads.
 * @throws Error if the dynamic loader refuses the addon or TensorFlow finds no device
 */
export function loadBackend(files: TensorflowFiles): TensorflowBackend {
  // The package calls these. Node 22 warns about them, and Node 23 does not have them.
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  });
  const require = createRequire(join(files.package, "package.json"));
  const stand = (request: string, exports: unknown) => {
    const filename = require.resolve(request);
    require.cache[filename] = { ...emptyModule, id: filename, filename, path: filename, exports };
  };
  for (const name of ["@tensorflow/tfjs", "@tensorflow/tfjs-core"]) stand(name, tf);
  stand("./dist/proto/api_pb.js", {});
  const { NodeJSKernelBackend } = require("./dist/nodejs_kernel_backend.js") as Module;
  const quiet = process.env.TF_CPP_MIN_LOG_LEVEL === "2" && files.quiet ? (require(files.quiet) as Quiet) : undefined;
  quiet?.off();
  try {
    const backend = new NodeJSKernelBackend(require(files.addon), "@tensorflow/tfjs-node-gpu");
    require("./dist/register_all_kernels.js");
    return backend;
  } finally {
    quiet?.on();
  }
}

const emptyModule = {
  ...{ isPreloading: false, loaded: true, children: [], parent: null, paths: [] },
  require: createRequire(import.meta.url),
};
