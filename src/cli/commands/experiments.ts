// `experiments`: lists the experiment files that come with the program: what each asks, its profiles and what they cost.
import { type ShippedExperiment, shippedExperiments } from "../../config/shipped-heads.ts";
import { textList, wrapText } from "../../text/lines.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { experiments } from "../syntax/experiments.ts";
import type { Io } from "../terminal/io.ts";

/** Prints the list. Always 0. */
export async function experimentsCommand(options: OptionsOf<typeof experiments>, io: Io): Promise<number> {
  const shipped = shippedExperiments();
  if (options.json) {
    const rows = shipped.map(({ commands, ...row }) => ({
      ...row,
      cost: commands.find(({ profile }) => profile === undefined)?.cost ?? null,
      profiles: Object.fromEntries(
        commands.flatMap(({ profile, cost }) => (profile === undefined ? [] : [[profile, cost]])),
      ),
    }));
    io.out(`${JSON.stringify(rows, undefined, 2)}\n`);
    return 0;
  }
  io.out(`${shipped.map((each) => block(each, io.columns)).join("\n")}\n`);
  io.out(
    textList(
      [
        ["resnet-exp run NAME --profile PROFILE", "train one; without --profile, on the embedded data"],
        ["resnet-exp new MINE --from NAME", "write a copy of its file, to change"],
      ],
      io.columns,
    ),
  );
  return 0;
}

function block({ name, question, paper, commands }: ShippedExperiment, columns: number): string {
  const source = paper.length > 0 ? ` (${paper.map(referenceText).join(", ")})` : "";
  const head = wrapText(`${name}${source}: ${question}`, columns);
  return (
    head +
    textList(
      commands.map(({ profile, cost }) => [profile ?? "–", cost] as const),
      columns,
    )
  );
}

/** "table-2" as "Table 2", "identity-mappings-table-1" as "Identity Mappings Table 1". */
function referenceText(reference: string): string {
  const words = reference.split("-").map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return words.join(" ");
}
