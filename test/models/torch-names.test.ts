import { describe, expect, it } from "vitest";
import { underTorchNames } from "../../src/models/torch-names.ts";
import type { NamedTensor } from "../../src/types.ts";

const tensor = (name: string, shape: number[]): NamedTensor => ({ name, shape, data: new Float32Array(1) });
const net: readonly NamedTensor[] = [
  tensor("conv1.weight", [4, 3, 3, 3]),
  tensor("bn1.bias", [4]),
  tensor("layer1.0.conv1.weight", [4, 4, 3, 3]),
  tensor("layer2.0.downsample.0.weight", [8, 4, 1, 1]),
  tensor("fc.weight", [10, 8]),
  tensor("fc.bias", [10]),
];
const own = net.map(({ name }) => name);
const under = (rename: (name: string) => string) =>
  underTorchNames(
    net.map((each) => ({ ...each, name: rename(each.name) })),
    "w.safetensors",
  );

describe("names of torchvision's tensors", () => {
  it("are taken as they are", () => {
    expect(under((name) => name)).toEqual({ tensors: net, notes: [] });
  });

  it.each(["module.", "_orig_mod.", "model.", "backbone.", "module._orig_mod.", "state_dict.net."])(
    "are found behind %s, and that is said",
    (prefix) => {
      const { tensors, notes } = under((name) => prefix + name);
      expect(tensors.map(({ name }) => name)).toEqual(own);
      expect(notes).toEqual([`The names in w.safetensors begin with "${prefix}", which is taken off.`]);
    },
  );

  it.each(["classifier", "head", "head.fc", "linear", "classifier.1"])(
    "have the dense layer under %s, and that is said",
    (head) => {
      const { tensors, notes } = under((name) => name.replace(/^fc/, head));
      expect(tensors.map(({ name }) => name)).toEqual(own);
      expect(notes).toEqual([`${head}.weight is taken for fc.weight, and ${head}.bias for fc.bias.`]);
    },
  );

  it("have the dense layer outside of what wraps the rest, and shortcut for downsample", () => {
    const { tensors, notes } = under((name) =>
      /^fc/.test(name) ? name.replace("fc", "head") : `backbone.${name.replace("downsample", "shortcut")}`,
    );
    expect(tensors.map(({ name }) => name)).toEqual(own);
    expect(notes).toEqual([
      'The names in w.safetensors begin with "backbone.", which is taken off.',
      "layer2.0.shortcut.0.weight is taken for layer2.0.downsample.0.weight, and others like it.",
      "head.weight is taken for fc.weight, and head.bias for fc.bias.",
    ]);
  });

  it("are refused where they are of several nets", () => {
    const two = ["encoder_q.", "encoder_k."].flatMap((prefix) =>
      net.map((each) => ({ ...each, name: prefix + each.name })),
    );
    expect(() => underTorchNames(two, "w.safetensors")).toThrow(
      'Expected w.safetensors to hold one net, got 2: "encoder_q.", "encoder_k.".',
    );
  });
});
