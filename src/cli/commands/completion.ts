// `completion SHELL`: prints a script with which a shell completes resnet-exp. The script calls `complete WORD…`.
import { UserError } from "../../errors.ts";
import { candidates } from "../completion/candidates.ts";
import { scripts } from "../completion/scripts.ts";
import { shells } from "../syntax/completion.ts";
import type { Io } from "../terminal/io.ts";

/** Prints the script. Always returns 0. @throws UserError for another shell */
export async function completionCommand(name: string, _options: object, io: Io): Promise<number> {
  const shell = shells.find((each) => each === name);
  if (!shell) throw new UserError(`Expected the shell to be bash, zsh or fish, got ${JSON.stringify(name)}.`);
  io.out(scripts[shell]);
  return 0;
}

/** Prints the completions of the last word. Always returns 0. */
export async function completeCommand(words: readonly string[], _options: object, io: Io): Promise<number> {
  const found = candidates(words);
  if (typeof found === "string") io.out(`${found}\n`);
  else for (const { word, text } of found) io.out(text === "" ? `${word}\n` : `${word}\t${text}\n`);
  return 0;
}
