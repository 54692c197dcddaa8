// A network with weights: builds the variables that describe.ts lists and computes logits on the engine in force.
// It knows no data set and no loss; whoever trains it gets its variables by role.
import * as tf from "@tensorflow/tfjs-core";
import type { ModelConfig } from "../config/schema.ts";
import { batchNormInference, batchNormTrain, globalAveragePool, identityShortcut } from "../ops/fused.ts";
import { normal, randomStream } from "../random.ts";
import type { NamedTensor } from "../types.ts";
import { describeModel, type Initialiser, type ParameterDescription } from "./describe.ts";
import type { Layers, ModelInput } from "./layers.ts";
import { resnet } from "./resnet.ts";

/** "train" normalises by the batch and updates the running statistics, "evaluate" normalises by those. */
export type ForwardMode = "train" | "evaluate";

/** A trainable parameter or a running statistic with its variable. */
export interface Parameter extends ParameterDescription {
  readonly variable: tf.Variable;
}

/** A network of the vocabulary with its weights on the engine. */
export class Model {
  /** Trainable parameters and running statistics, in the order in which the network uses them. */
  readonly parameters: readonly Parameter[];
  readonly #config: ModelConfig;
  readonly #input: ModelInput;
  readonly #variables: ReadonlyMap<string, tf.Variable>;

  /** Weights are drawn from `seed`, each parameter from a stream of its own, so that equal layers of two nets differ. */
  constructor(config: ModelConfig, input: ModelInput, seed: number) {
    this.#config = config;
    this.#input = input;
    this.parameters = describeModel(config, input).parameterList.map((description, index) => ({
      ...description,
      variable: createVariable(description, seed, index),
    }));
    this.#variables = new Map(this.parameters.map(({ name, variable }) => [name, variable]));
  }

  /** What gradients are taken of. */
  get trainable(): readonly Parameter[] {
    return this.parameters.filter(({ role }) => role !== "statistic");
  }

  /** Images [batch, height, width, channels] to logits [batch, classes]. */
  forward(images: tf.Tensor4D, mode: ForwardMode): tf.Tensor2D {
    return resnet<tf.Tensor>(this.#layers(mode), images, this.#config, this.#input.classes) as tf.Tensor2D;
  }

  /** Copies all parameters and statistics off the engine. */
  async read(): Promise<NamedTensor[]> {
    return Promise.all(
      this.parameters.map(async ({ name, shape, variable }) => ({
        name,
        shape,
        data: (await variable.data()) as Float32Array,
      })),
    );
  }

  /** Sets the parameters and statistics of those names, which must be exactly this network's. */
  write(tensors: readonly NamedTensor[]): void {
    const given = new Map(tensors.map((tensor) => [tensor.name, tensor]));
    for (const { name, shape, variable } of this.parameters) {
      const tensor = given.get(name);
      if (!tensor) throw new Error(`Expected weights to have ${name}.`);
      if (tensor.shape.join() !== shape.join())
        throw new Error(`Expected ${name} to have shape [${shape}], got [${tensor.shape}].`);
      const value = tf.tensor(tensor.data, [...shape]);
      variable.assign(value);
      value.dispose();
    }
  }

  dispose(): void {
    for (const { variable } of this.parameters) variable.dispose();
  }

  #layers(mode: ForwardMode): Layers<tf.Tensor> {
    const variable = (name: string) => this.#variables.get(name)!;
    const { epsilon, momentum } = this.#config.batchNorm;
    return {
      conv(name, x, { kernel, stride }) {
        return tf.conv2d(
          x as tf.Tensor4D,
          variable(`${name}.weights`) as tf.Variable<tf.Rank.R4>,
          stride,
          (kernel - 1) / 2,
        );
      },
      norm(name, x, { add, relu }) {
        const [gamma, beta] = [variable(`${name}.gamma`), variable(`${name}.beta`)];
        const [mean, variance] = [variable(`${name}.mean`), variable(`${name}.variance`)];
        const shortcut = add && { shortcut: add };
        if (mode === "evaluate")
          return batchNormInference({ x, gamma, beta, mean, variance, ...shortcut }, { relu, epsilon });
        const result = batchNormTrain(
          { x, gamma, beta, runningMean: mean, runningVariance: variance, ...shortcut },
          { relu, epsilon, momentum },
        );
        mean.assign(result.newRunningMean);
        variance.assign(result.newRunningVariance);
        return result.y;
      },
      maxPool(_name, x, { kernel, stride }) {
        return tf.maxPool(x as tf.Tensor4D, kernel, stride, (kernel - 1) / 2);
      },
      identity(_name, x, { channels, stride }) {
        return stride === 1 && channels === x.shape[3] ? x : identityShortcut(x, { stride, channels });
      },
      globalAveragePool(_name, x) {
        return globalAveragePool(x);
      },
      dense(name, x) {
        const weights = variable(`${name}.weights`) as tf.Variable<tf.Rank.R2>;
        return tf.add(tf.matMul(x as tf.Tensor2D, weights), variable(`${name}.bias`));
      },
      shapeOf(x) {
        const [, height, width, channels] = x.shape as [number, number, number, number];
        return { height, width, channels };
      },
    };
  }
}

function createVariable(
  { name, shape, role, initial }: ParameterDescription,
  seed: number,
  index: number,
): tf.Variable {
  const size = shape.reduce((product, length) => product * length, 1);
  const values = tf.tensor(initialValues(initial, size, seed, index), [...shape]);
  const variable = tf.variable(values, role !== "statistic", uniqueName(name));
  values.dispose();
  return variable;
}

function initialValues(initial: Initialiser, size: number, seed: number, index: number): Float32Array {
  if (initial.kind === "constant") return new Float32Array(size).fill(initial.value);
  const uniform = randomStream(seed, "initialise", index);
  const deviation = Math.sqrt(2 / initial.fan);
  return Float32Array.from({ length: size }, (_, i) => deviation * normal(uniform, i));
}

// TensorFlow.js refuses two variables of one name in a process, and two models may live side by side.
let created = 0;
function uniqueName(name: string): string {
  return `${name}#${created++}`;
}
