// The stock WebGPU backend, extended by our own programs, which may have several outputs. It records them into the stock
// backend's command encoder, so that all kernels run in the order of their calls. For that it uses private fields of the
// stock backend, so package.json names one exact version.
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { backend_util, TensorInfo } from "@tensorflow/tfjs-core";
import { env } from "@tensorflow/tfjs-core";
import { UserError } from "../../errors.ts";
import { encodeParameters, type Program, sourceOf } from "./program.ts";

/** The private fields of the stock backend that recording needs. */
interface Recording {
  commandEncoder: GPUCommandEncoder;
  computePassEncoder: GPUComputePassEncoder | null;
  /** Tensors that recorded commands use. Their buffers are reused only after the commands were submitted. */
  commandQueueOwnedIds: WeakSet<object>;
  dispatchCountInPass: number;
  uniformPendingDisposal: GPUBuffer[];
}

/** The inputs, outputs and parameters of a program's run. */
export interface Call {
  readonly inputs: readonly TensorInfo[];
  /** Shapes of the float32 tensors to write. */
  readonly outputs: readonly (readonly number[])[];
  readonly parameters: Readonly<Record<string, number>>;
  readonly groups: readonly [x: number, y?: number, z?: number];
}

interface Compiled {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** The backend "webgpu". */
export class WebgpuBackend extends WebGPUBackend {
  readonly #pipelines = new Map<string, Compiled>();
  #failure: Error | undefined;

  constructor(device: GPUDevice, info: GPUAdapterInfo) {
    super(device, info);
    // Commands fail later and elsewhere. Without this, their missing output would be read as if it were right.
    device.onuncapturederror = (event) => {
      event.preventDefault();
      this.#failure ??= failureOf(event.error);
    };
    device.lost.then(({ reason, message }) => {
      if (reason !== "destroyed") this.#failure ??= new UserError(`The graphics adapter was lost: ${message}`);
    });
  }

  /** Records one run of a program and returns its outputs, which the caller owns. */
  run(program: Program, { inputs, outputs, parameters, groups }: Call): TensorInfo[] {
    const results = outputs.map((shape) => this.makeTensorInfo([...shape], "float32"));
    const buffers = [...inputs, ...results].map(({ dataId }) => {
      this.uploadToGPU(dataId);
      return this.tensorMap.get(dataId).resource as GPUBuffer;
    });
    const { pipeline, layout } = this.#compile(program);
    const uniforms = this.#writeUniforms(encodeParameters(program, parameters));
    const bindGroup = this.device.createBindGroup({
      layout,
      entries: [uniforms, ...buffers].map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    this.ensureCommandEncoderReady();
    const recording = this as unknown as Recording;
    for (const { dataId } of [...inputs, ...results]) recording.commandQueueOwnedIds.add(dataId);
    recording.computePassEncoder ??= recording.commandEncoder.beginComputePass();
    recording.computePassEncoder.setPipeline(pipeline);
    recording.computePassEncoder.setBindGroup(0, bindGroup);
    recording.computePassEncoder.dispatchWorkgroups(...groups);
    recording.dispatchCountInPass++;
    if (recording.dispatchCountInPass >= env().getNumber("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE")) {
      this.endComputePassEncoder();
      this.submitQueue();
    }
    return results;
  }

  /** A second handle of the tensor, for a kernel whose output equals an input. */
  share(tensor: TensorInfo): TensorInfo {
    this.incRef(tensor.dataId);
    return { ...tensor };
  }

  /** @throws UserError if memory ran out or the adapter was lost since the last read */
  override async read(dataId: object): Promise<backend_util.BackendValues> {
    const values = await super.read(dataId);
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure;
    return values;
  }

  #compile(program: Program): Compiled {
    const known = this.#pipelines.get(program.name);
    if (known) return known;
    const module = this.device.createShaderModule({ code: sourceOf(program), label: program.name });
    const pipeline = this.device.createComputePipeline({
      layout: "auto",
      compute: { module, entryPoint: "main" },
      label: program.name,
    });
    const compiled = { pipeline, layout: pipeline.getBindGroupLayout(0) };
    this.#pipelines.set(program.name, compiled);
    return compiled;
  }

  #writeUniforms(values: ArrayBuffer): GPUBuffer {
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.UNIFORM;
    const buffer = this.bufferManager.acquireBuffer(values.byteLength, usage);
    this.queue.writeBuffer(buffer, 0, values);
    (this as unknown as Recording).uniformPendingDisposal.push(buffer);
    return buffer;
  }
}

function failureOf(error: GPUError): Error {
  if (!(error instanceof GPUOutOfMemoryError)) return new Error(`WebGPU: ${error.message}`);
  return new UserError("Expected the graphics adapter to have memory for this net and batch, but it ran out.", [
    "Lower training.batchSize or evaluation.batchSize (bench: --batch).",
  ]);
}
