// The losses of ten training steps of seven small nets by PyTorch in float64, to compare an engine's steps with. Together the
// nets run every operation. Weights and images come from hash-values.ts. test/fixtures/pytorch_trajectory.py computed the
// losses and explains the initial values of the nets.
import type { ModelConfig } from "../config/schema.ts";

/** A net, its batches and the losses of its first steps. */
export interface ReferenceNet {
  readonly title: string;
  readonly family: ModelConfig["family"];
  readonly depth: number;
  readonly block: ModelConfig["block"];
  /** "none" for a plain block, "branches" for repvgg. */
  readonly shortcut: ModelConfig["shortcut"];
  readonly activation?: ModelConfig["activation"];
  readonly span?: number;
  readonly inside?: Partial<ModelConfig["inside"]>;
  readonly width: number;
  readonly widening?: number;
  /** Height and width of the images. */
  readonly size: number;
  readonly batch: number;
  /** The middle of normalisation's initial offsets β. At 1 most units are active. */
  readonly beta: number;
  /** Before each step, in nats. */
  readonly losses: readonly number[];
}

/** How all the nets are trained: SGD in Caffe's form at a constant rate. */
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
      2.752605895698422, 3.238471399250234, 2.569857472712358, 3.0726837149734223, 2.6325434594364308,
      2.8738721143210797, 2.6567224767761437, 2.535257730666713, 2.249009632823861, 2.2138346610475357,
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
      3.2808495160325215, 2.0562828502970847, 2.263634763178281, 1.4384827718589688, 3.262883995685419,
      3.2318364819658942, 2.427912813075803, 2.341868376118188, 2.559217477074128, 3.462266774681927,
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
      3.2923732257789746, 3.331364394503067, 2.7676425981876545, 3.7746732545471207, 2.386213407466157,
      2.1124856000659435, 2.8799235656137023, 2.499923161237022, 2.0993951732031437, 2.963886869675119,
    ],
  },
  {
    title: "squeezed bottleneck-20",
    family: "cifar",
    depth: 20,
    block: "se-bottleneck",
    shortcut: "B",
    inside: { reduction: 4 },
    width: 4,
    size: 8,
    batch: 8,
    beta: 1,
    losses: [
      2.8153668108223986, 2.4594211405900834, 2.687403749823482, 2.393885696734264, 3.7481317908855103,
      4.210683174169086, 3.7645134113327656, 2.346426604835453, 2.6801544400479735, 3.1376874132180506,
    ],
  },
  {
    title: "grouped bottleneck-20",
    family: "cifar",
    depth: 20,
    block: "resnext",
    shortcut: "B",
    inside: { groups: 2, groupWidth: 32 },
    width: 4,
    size: 8,
    batch: 8,
    beta: 1,
    losses: [
      5.604970170117925, 3.3981112156507987, 2.46798027945046, 2.286504452814056, 4.752116803511612, 3.196698001018704,
      4.672153570306204, 4.5309224677622195, 4.120257721195645, 3.3595269308109432,
    ],
  },
  {
    title: "wide-14 with dropout",
    family: "cifar",
    depth: 14,
    block: "wide-dropout",
    shortcut: "B",
    activation: "full-pre-activation",
    inside: { dropoutRate: 0.3 },
    width: 4,
    size: 8,
    batch: 8,
    beta: 1,
    losses: [
      2.2625695785504196, 3.858038346783305, 2.9575743605727047, 3.8927607698535427, 2.422008870312795,
      2.201696251328664, 3.0326722974201554, 2.592376168816061, 2.0787122565364786, 2.5710442592656277,
    ],
  },
  {
    title: "net-14 without normalisation",
    family: "cifar",
    depth: 14,
    block: "skip-init",
    shortcut: "A",
    activation: "full-pre-activation",
    width: 4,
    size: 8,
    batch: 8,
    beta: 1,
    losses: [
      2.254788740741322, 2.4136527046563256, 2.30971110193632, 2.293029787192273, 2.358805467166293, 2.234497931877476,
      2.3267306015450346, 2.282801799751489, 2.474732806112551, 2.4142123395883917,
    ],
  },
];
