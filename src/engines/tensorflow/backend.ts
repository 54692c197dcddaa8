// TensorFlow's backend as the package @tensorflow/tfjs-node-gpu has it: loads its classes, its kernels and the addon.
// The package asks for TensorFlow.js's union package and for protocol buffers; the core stands in for the first (the
// kernels use nothing beyond it) and nothing for the second (only saved models and TensorBoard need them).
import { createRequire } from "node:module";
import { join } from "node:path";
import util from "node:util";
import type { Tensor, TensorInfo } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";

/** Where a usable TensorFlow lies. */
export interface TensorflowFiles {
  /** The npm package, with `dist/`. */
  readonly package: string;
  /** The compiled addon, linked to TensorFlow's library. */
  readonly addon: string;
  /** Turns standard error off and on again; absent from the npm package's own build. */
  readonly quiet?: string;
}

/** An attribute of a TensorFlow operation: its name, type and value. */
export interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: string | number | boolean | readonly number[];
}

/** What our kernels call of the package's backend. */
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
 * Registers the package's kernels and makes its backend. Once a process: TensorFlow reads its settings from the
 * environment when its library is loaded.
 * @throws Error if the dynamic loader refuses the addon or TensorFlow finds no device
 */
export function loadBackend(files: TensorflowFiles): TensorflowBackend {
  // The package calls these, which Node 22 warns of and Node 23 has no longer.
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
