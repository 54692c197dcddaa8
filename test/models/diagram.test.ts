import { describe, expect, test } from "vitest";
import { type ModelConfig, modelSchema } from "../../src/config/schema.ts";
import { type Diagram, drawBlock, drawNet } from "../../src/models/diagram.ts";
import { diagramSvg } from "../../src/models/diagram-svg.ts";

const cifar10 = { height: 32, width: 32, channels: 3, classes: 10 };
const imagenet = { height: 224, width: 224, channels: 3, classes: 1000 };
const model = (options: object): ModelConfig => modelSchema.parse(options);

/** Nodes as "lane: text" and wires as "from → to" by text, "in" for the input. */
function words({ nodes, wires }: Diagram) {
  const text = (index: number | undefined) => (index === undefined ? "in" : nodes[index]!.text);
  return {
    nodes: nodes.map(({ lane, text }) => `${lane}: ${text}`),
    wires: wires.map(({ from, to, dotted, label }) =>
      [text(from), dotted ? "⇢" : "→", text(to), label].filter(Boolean).join(" "),
    ),
  };
}

describe("the drawing of a block", () => {
  test("has squeeze and excitation in its own lane, and dropout between the convolutions", () => {
    const draw = (block: string) =>
      words(drawBlock("r20", model({ family: "cifar", depth: 20, block }), cifar10, "stage2.block2"));
    const squeezed = draw("se-basic");
    expect(squeezed.nodes).toEqual([
      "0: 3×3 conv, 32",
      "0: BN",
      "0: ReLU",
      "0: 3×3 conv, 32",
      "0: BN",
      "2: global average pool",
      "2: dense, 2",
      "2: ReLU",
      "2: dense, 32",
      "2: σ",
      "0: × g",
      "0: +",
      "0: ReLU",
    ]);
    expect(squeezed.wires).toContain("BN → global average pool");
    expect(squeezed.wires).toContain("σ → × g");
    expect(squeezed.wires).toContain("in → + identity");
    expect(draw("wide-dropout").nodes.slice(1, 5)).toEqual(["0: BN", "0: ReLU", "0: dropout 0.3", "0: 3×3 conv, 32"]);
  });

  test("has the trained number of skip-init after convolutions without normalisation", () => {
    const net = model({ family: "cifar", depth: 20, block: "skip-init" });
    expect(words(drawBlock("r20", net, cifar10, "stage2.block2"))).toEqual({
      nodes: ["0: 3×3 conv, 32", "0: ReLU", "0: 3×3 conv, 32", "0: × α", "0: +", "0: ReLU"],
      wires: [
        "in → 3×3 conv, 32",
        "3×3 conv, 32 → ReLU",
        "ReLU → 3×3 conv, 32",
        "3×3 conv, 32 → × α",
        "× α → +",
        "in → + identity",
        "+ → ReLU",
      ],
    });
  });

  test("has each branch of repvgg in its own lane, and one convolution once they are folded", () => {
    const draw = (block: string) =>
      words(drawBlock("r20", model({ family: "cifar", depth: 20, block }), cifar10, "stage2.block2"));
    const { nodes, wires } = draw("repvgg");
    expect(nodes).toEqual(["1: 1×1 conv, 32", "2: BN", "1: BN", "1: +", "0: 3×3 conv, 32", "0: BN", "0: +", "0: ReLU"]);
    expect(wires.filter((wire) => wire.startsWith("in"))).toEqual([
      "in → 1×1 conv, 32",
      "in → BN",
      "in → 3×3 conv, 32",
    ]);
    expect(draw("repvgg-folded").nodes).toEqual(["0: 3×3 conv, 32", "0: ReLU"]);
  });

  test("ends in the addition with no-last-relu", () => {
    const net = model({ family: "cifar", depth: 20, activation: "no-last-relu" });
    expect(words(drawBlock("r20", net, cifar10, "stage1.block2")).nodes.at(-1)).toBe("0: +");
  });

  test("is Fig. 5, right, for a bottleneck", () => {
    const { nodes, wires } = words(
      drawBlock("r50", model({ family: "imagenet", depth: 50 }), imagenet, "stage1.block2"),
    );
    expect(nodes).toEqual([
      "0: 1×1 conv, 64",
      "0: BN",
      "0: ReLU",
      "0: 3×3 conv, 64",
      "0: BN",
      "0: ReLU",
      "0: 1×1 conv, 256",
      "0: BN",
      "0: +",
      "0: ReLU",
    ]);
    expect(wires).toHaveLength(11);
    expect(wires).toContain("in → + identity");
  });

  test("has a dotted shortcut where option A fills new channels with zeros", () => {
    const net = model({ family: "cifar", depth: 20 });
    expect(words(drawBlock("r20", net, cifar10, "stage2.block1")).wires).toContain("in ⇢ +");
    expect(words(drawBlock("r20", net, cifar10, "stage2.block1")).nodes[0]).toBe("0: 3×3 conv, 32, /2");
  });

  test("has a projection in its own lane", () => {
    const { nodes } = words(
      drawBlock("r20", model({ family: "cifar", depth: 20, shortcut: "B" }), cifar10, "stage2.block1"),
    );
    expect(nodes.filter((node) => node.startsWith("1:"))).toEqual(["1: 1×1 conv, 32, /2", "1: BN"]);
  });

  test("shows the gates that weigh both paths", () => {
    const net = model({ family: "cifar", depth: 20, shortcut: "exclusive-gating" });
    const { nodes, wires } = words(drawBlock("r20", net, cifar10, "stage1.block1"));
    expect(nodes.filter((node) => !node.startsWith("0:"))).toEqual(["2: 1×1 conv, 16", "2: σ", "1: × (1 − g)"]);
    expect(wires).toEqual(expect.arrayContaining(["σ → × (1 − g)", "σ → × g", "in → × (1 − g)", "× (1 − g) → +"]));
  });

  test("puts each node below the nodes that it reads", () => {
    for (const activation of ["original", "bn-after-addition", "full-pre-activation"]) {
      const { nodes, wires } = drawBlock(
        "net",
        model({ family: "cifar", depth: 20, activation }),
        cifar10,
        "stage1.block2",
      );
      for (const { from, to } of wires)
        expect(nodes[to]!.row).toBeGreaterThan(from === undefined ? -1 : nodes[from]!.row);
      const places = nodes.map(({ lane, row }) => `${lane},${row}`);
      expect(new Set(places).size).toBe(places.length);
    }
  });

  test("of a missing block fails with the names of the blocks", () => {
    const net = model({ family: "cifar", depth: 20 });
    expect(() => drawBlock("cifar-20", net, cifar10, "stage9")).toThrow(
      "Expected a block of cifar-20, stage1.block1 to stage3.block3, or net, got stage9.",
    );
  });
});

describe("the drawing of a net", () => {
  test("is Fig. 3, right: 33 convolutions, pooling, a dense layer and 16 additions", () => {
    const { nodes } = words(drawNet("r34", model({ family: "imagenet", depth: 34, shortcut: "A" }), imagenet));
    expect(nodes.filter((node) => node.includes("conv"))).toHaveLength(33);
    expect(nodes.filter((node) => node === "0: +")).toHaveLength(16);
    expect(nodes.slice(0, 2)).toEqual(["0: 7×7 conv, 64, /2", "0: 3×3 max pool, /2"]);
    expect(nodes.slice(-2)).toEqual(["0: global average pool", "0: dense, 1000"]);
  });

  test("has three dotted shortcuts, where the maps shrink", () => {
    const { wires } = words(drawNet("r34", model({ family: "imagenet", depth: 34, shortcut: "A" }), imagenet));
    expect(wires.filter((wire) => wire.includes("⇢"))).toHaveLength(3);
  });

  test("has no shortcut for a plain net", () => {
    const diagram = drawNet("plain", model({ family: "imagenet", depth: 34, block: "plain" }), imagenet);
    expect(diagram.wires).toHaveLength(diagram.nodes.length);
  });
});

test("the SVG has every node's text, escaped, and a title", () => {
  const diagram = drawBlock("a<b", model({ family: "cifar", depth: 20 }), cifar10, "stage1.block1");
  const svg = diagramSvg(diagram);
  expect(svg).toContain("<title>a&lt;b, stage1.block1</title>");
  for (const { text } of diagram.nodes) expect(svg).toContain(`>${text}</text>`);
  expect(svg.match(/<path d="M/g)).toHaveLength(diagram.wires.length + 2);
});
