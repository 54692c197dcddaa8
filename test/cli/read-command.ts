// What the program reads from a command line, without doing it.
import { buildProgram } from "../../src/cli/program.ts";
import type { CommandName } from "../../src/cli/syntax/commands.ts";

export interface Read {
  readonly name: CommandName;
  readonly given: readonly unknown[];
}

/** What the program would call for the words after its name. */
export async function read(
  words: readonly string[],
  columns = 80,
): Promise<{ called: Read | undefined; text: string }> {
  let called: Read | undefined;
  let text = "";
  const collect = (more: string) => {
    text += more;
  };
  const program = buildProgram("1.2.3", { out: collect, err: collect, columns }, async (name, given) => {
    called = { name, given };
  });
  await program.parseAsync([...words], { from: "user" }).catch((error: Error) => {
    text += error.message;
  });
  return { called, text };
}

/** The words of a command line as a shell splits them, up to the first redirection or pipe. */
export function wordsOf(line: string): string[] {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!);
  const end = words.findIndex((word) => [">", ">>", "|"].includes(word));
  return end < 0 ? words : words.slice(0, end);
}
