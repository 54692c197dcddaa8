// Ten training steps of three small nets by PyTorch in float64: what an engine's own ten steps are held to. Together the
// nets run every operation. Weights and images come from hash-values.ts; test/fixtures/pytorch_trajectory.py is where the
// losses were made, and says why the nets start where they do.
import type { ModelConfig } from "../config/schema.ts";

/** A net, its batches and the losses of its first steps. */
export interface ReferenceNet {
  readonly title: string;
  readonly family: ModelConfig["family"];
  readonly depth: number;
  readonly block: ModelConfig["block"];
  /** "none" is a plain block's. */
  readonly shortcut: ModelConfig["shortcut"];
  readonly activation?: ModelConfig["activation"];
  readonly span?: number;
  readonly width: number;
  /** Height and width of the images. */
  readonly size: number;
  readonly batch: number;
  /** Middle of the offsets β that normalisation starts with: at 1 most units are active. */
  readonly beta: number;
  /** Before each step, in nats. */
  readonly losses: readonly number[];
}

/** How all of them are trained: SGD in Caffe's form at a constant rate. */
export const referenceTraining = {
  steps: 10,
  learningRate: 0.01,
  momentum: 0.9,
  weightDecay: 0.0001,
  classes: 10,
} as const;

export const referenceNets: readonly ReferenceNet[] = [
  {
    title: "ResNet-14 (A)",
    family: "cifar",
    depth: 14,
    block: "basic",
    shortcut: "A",
    width: 5,
    size: 9,
    batch: 7,
    beta: 0,
    losses: [
      2.7526058956984225, 3.238471399250234, 2.569857472712358, 3.0726837149734223, 2.6325434594364308,
      2.8738721143210797, 2.6567224767761437, 2.535257730666712, 2.249009632823861, 2.2138346610475352,
    ],
  },
  {
    title: "plain-18 of Table 1",
    family: "imagenet",
    depth: 18,
    block: "plain",
    shortcut: "none",
    width: 4,
    size: 64,
    batch: 4,
    beta: 1,
    losses: [
      3.280849516032521, 2.0562828502970842, 2.263634763178281, 1.4384827718589688, 3.262883995685419,
      3.231836481965894, 2.4279128130758045, 2.341868376118186, 2.5592174770741276, 3.4622667746819284,
    ],
  },
  {
    title: "gated bottleneck-20",
    family: "cifar",
    depth: 20,
    block: "bottleneck",
    shortcut: "exclusive-gating",
    activation: "full-pre-activation",
    width: 4,
    size: 8,
    batch: 8,
    beta: 1,
    losses: [
      3.292373225778975, 3.3313643945030673, 2.7676425981876545, 3.774673254547121, 2.3862134074661565,
      2.1124856000659435, 2.879923565613702, 2.4999231612370214, 2.099395173203144, 2.963886869675119,
    ],
  },
];
