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
  it("are used unchanged", () => {
    expect(under((name) => name)).toEqual({ tensors: net, notes: [] });
  });

  it.each(["module.", "_orig_mod.", "model.", "backbone.", "module._orig_mod.", "state_dict.net."])(
    "are found after the prefix %s, with a note",
    (prefix) => {
      const { tensors, notes } = under((name) => prefix + name);
      expect(tensors.map(({ name }) => name)).toEqual(own);
      expect(notes).toEqual([`Removed "${prefix}" from the names in w.safetensors.`]);
    },
  );

  it.each(["classifier", "head", "head.fc", "linear", "classifier.1"])(
    "may call the dense layer %s, with a note",
    (head) => {
      const { tensors, notes } = under((name) => name.replace(/^fc/, head));
      expect(tensors.map(({ name }) => name)).toEqual(own);
      expect(notes).toEqual([`Read ${head}.weight as fc.weight, and ${head}.bias as fc.bias.`]);
    },
  );

  it("may have the dense layer outside the prefix, and shortcut for downsample", () => {
    const { tensors, notes } = under((name) =>
      /^fc/.test(name) ? name.replace("fc", "head") : `backbone.${name.replace("downsample", "shortcut")}`,
    );
    expect(tensors.map(({ name }) => name)).toEqual(own);
    expect(notes).toEqual([
      'Removed "backbone." from the names in w.safetensors.',
      "Read layer2.0.shortcut.0.weight as layer2.0.downsample.0.weight, and similar names in the same way.",
      "Read head.weight as fc.weight, and head.bias as fc.bias.",
    ]);
  });

  it("are refused if they belong to several nets", () => {
    const two = ["encoder_q.", "encoder_k."].flatMap((prefix) =>
      net.map((each) => ({ ...each, name: prefix + each.name })),
    );
    expect(() => underTorchNames(two, "w.safetensors")).toThrow(
      'Expected w.safetensors to have one net, got 2: "encoder_q.", "encoder_k.".',
    );
  });
});
