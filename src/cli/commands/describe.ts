// `describe MODEL`: shows the layers, shapes, parameters and multiply-adds of any net of the vocabulary. Loads no engine.

import { describeModel, type LayerDescription } from "../../models/describe.ts";
import { drawBlock, drawNet } from "../../models/diagram.ts";
import { diagramSvg } from "../../models/diagram-svg.ts";
import type { Column } from "../../text/column.ts";
import { grouped } from "../../text/quantities.ts";
import { terminalTable } from "../../text/terminal-table.ts";
import { parseModel } from "../arguments/model-name.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { describe } from "../syntax/describe.ts";
import type { Io } from "../terminal/io.ts";

/** Prints a net, or its drawing. Always returns 0. @throws UserError where there is no such net or block */
export async function describeCommand(name: string, options: OptionsOf<typeof describe>, io: Io): Promise<number> {
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
  const known = `${model.family}-${model.depth}`;
  io.out(terminalTable(columns, layers, io.tableWidth));
  io.out(
    [
      "",
      `${name} (${known === name ? "" : `${known}, `}block ${model.block}, shortcut ${model.shortcut}, width ${model.width}), images ${input.height}×${input.width}×${input.channels}, ${input.classes} classes`,
      `parameters       ${grouped(parameters)}`,
      `multiply-adds    ${grouped(multiplyAdds)} an image`,
      `weighted layers  ${weightedLayers}${projections > 0 ? ` and ${projections} projections, which the depth does not count` : ""}`,
      "",
    ].join("\n"),
  );
  return 0;
}

const columns: readonly Column<LayerDescription>[] = [
  { title: "layer", text: ({ name }) => name },
  {
    title: "kind",
    importance: 2,
    text: ({ kind, kernel, stride = 1 }) =>
      `${kind}${kernel === undefined ? "" : ` ${kernel}×${kernel}`}${stride === 1 ? "" : ` /${stride}`}`,
  },
  {
    title: "output",
    align: "right",
    importance: 3,
    text: ({ output }) => `${output.height}×${output.width}×${output.channels}`,
  },
  { title: "parameters", align: "right", importance: 5, text: ({ parameters }) => grouped(parameters) },
  { title: "multiply-adds", align: "right", importance: 4, text: ({ multiplyAdds }) => grouped(multiplyAdds) },
];
