// `describe MODEL`: layers, shapes, parameters and multiply-adds of any model of the vocabulary. Loads no engine.
import { describeModel, type LayerDescription } from "../../models/describe.ts";
import { drawBlock, drawNet } from "../../models/diagram.ts";
import { diagramSvg } from "../../models/diagram-svg.ts";
import { type TextColumn, textTable } from "../../text/text-table.ts";
import { type ModelOptions, parseModel } from "../arguments/model-name.ts";
import type { Io } from "../terminal/io.ts";

export interface DescribeOptions extends ModelOptions {
  /** "net" or a block's name. */
  readonly draw?: string | undefined;
  readonly json?: boolean | undefined;
}

/** Prints a model's layers and sums, or its drawing. Always 0. @throws UserError where there is no such model or block */
export async function describeCommand(name: string, options: DescribeOptions, io: Io): Promise<number> {
  const { model, input } = parseModel(name, options);
  if (options.draw !== undefined) {
    const { draw } = options;
    io.out(diagramSvg(draw === "net" ? drawNet(name, model, input) : drawBlock(name, model, input, draw)));
    return 0;
  }
  const { layers, parameters, multiplyAdds, weightedLayers, projections } = describeModel(model, input);
  if (options.json) {
    io.out(`${JSON.stringify({ model, input, parameters, multiplyAdds, weightedLayers, projections, layers })}\n`);
    return 0;
  }
  io.out(textTable(columns, layers.map(cells), io.columns));
  io.out(
    [
      "",
      `${name} (block ${model.block}, shortcut ${model.shortcut}, width ${model.width}), images ${input.height}×${input.width}×${input.channels}, ${input.classes} classes`,
      `parameters       ${grouped(parameters)}`,
      `multiply-adds    ${grouped(multiplyAdds)} an image`,
      `weighted layers  ${weightedLayers}${projections > 0 ? ` and ${projections} projections, which the depth does not count` : ""}`,
      "",
    ].join("\n"),
  );
  return 0;
}

const columns: readonly TextColumn[] = [
  { title: "layer", align: "left", importance: Number.POSITIVE_INFINITY },
  { title: "kind", align: "left", importance: 2 },
  { title: "output", align: "right", importance: 3 },
  { title: "parameters", align: "right", importance: 5 },
  { title: "multiply-adds", align: "right", importance: 4 },
];

function cells(layer: LayerDescription): string[] {
  const { height, width, channels } = layer.output;
  const kernel = layer.kernel === undefined ? "" : ` ${layer.kernel}×${layer.kernel}`;
  const stride = layer.stride === undefined || layer.stride === 1 ? "" : ` /${layer.stride}`;
  return [
    layer.name,
    `${layer.kind}${kernel}${stride}`,
    `${height}×${width}×${channels}`,
    grouped(layer.parameters),
    grouped(layer.multiplyAdds),
  ];
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
