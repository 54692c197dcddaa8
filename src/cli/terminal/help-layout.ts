// The layout of help: every line ends between words, on a terminal of any width.
import type { Command, Help } from "commander";
import type { Example } from "../syntax/definition.ts";

/** Room that a description needs beside its term; where there is less it stands below. */
const leastBeside = 36;
const indent = "  ";

/** What commander is configured with. */
export function helpLayout(width: number): Partial<Help> {
  return {
    helpWidth: width,
    minWidthToWrap: 1,
    subcommandTerm: (command: Command) =>
      [command.name(), ...command.registeredArguments.map((each) => argumentTerm(each.name(), each))].join(" "),
    formatItem(term, termWidth, description, helper) {
      const beside = width - termWidth - 2 * indent.length;
      const below = beside < leastBeside;
      const room = below ? width - 3 * indent.length : beside;
      const lines = helper.boxWrap(description, Math.max(1, room)).split("\n");
      if (below) return [indent + term, ...lines.map((line) => indent.repeat(3) + line)].join("\n");
      const margin = indent.repeat(2) + " ".repeat(termWidth);
      return lines
        .map((line, i) => (i === 0 ? `${indent}${term.padEnd(termWidth)}${indent}${line}` : margin + line))
        .join("\n");
    },
  };
}

function argumentTerm(
  name: string,
  { required, variadic }: { readonly required: boolean; readonly variadic: boolean },
) {
  const full = `${name}${variadic ? "..." : ""}`;
  return required ? `<${full}>` : `[${full}]`;
}

/** Commands that can be pasted as they stand, each with what it does. */
export function exampleText(examples: readonly Example[], width: number): string {
  const lines = examples.flatMap(({ command, does }) => [
    ...commandLines(`resnet-exp ${command}`, width - indent.length).map((line) => indent + line),
    ...wrapped(does.split(" "), width - 3 * indent.length).map((line) => indent.repeat(3) + line),
  ]);
  return `\nExamples:\n${lines.join("\n")}`;
}

/** A command in lines that a shell reads as one. A quoted word stays whole, and an option beside its value. */
function commandLines(command: string, width: number): string[] {
  const words = command.match(/(?:--\S+ (?!-))?(?:'[^']*'|[^\s'])+/g) ?? [];
  const lines = wrapped(words, width - " \\".length);
  return lines.map((line, i) => (i === 0 ? "" : indent) + line + (i < lines.length - 1 ? " \\" : ""));
}

function wrapped(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    // Lines after the first may be indented.
    if (last !== undefined && indent.length + last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
