// Works out which path a user meant. A shell expands `~` and `$HOME` and removes quotes and line ends. Where no shell did,
// as in `--results=~/x`, an env file or a job script, a directory with exactly that name would be created.
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../errors.ts";

/**
 * The path that a text means: `~` is the home directory, and a file: URL stands for its path.
 * @param what where the user wrote it: "--results" or "RESNET_EXP_DATA"
 * @throws UserError where the text cannot be a path on this machine, or needs a shell to expand it
 */
export function pathMeant(text: string, what: string): string {
  const refuse = (problem: string, hint: string) =>
    new UserError(`Expected ${what} to be a path, got ${JSON.stringify(text)}${problem}.`, [hint]);
  if (text === "") return fail(refuse(", which is empty", "Write the path of a file or directory."));
  if (text.includes("\0")) return fail(refuse(", which holds a NUL byte", "Leave out the NUL byte."));
  if (text !== text.trim() && !existsSync(text)) {
    return fail(refuse(", with white space around it", `Write ${JSON.stringify(text.trim() || ".")}.`));
  }
  if (/^(["']).*\1$/s.test(text))
    return fail(refuse(", in quotes that no shell removed", `Write ${text.slice(1, -1) || "."}.`));
  if (text.startsWith("-")) return fail(refuse(", which looks like an option", `Write ./${text} if that is its name.`));
  if (/^file:/i.test(text)) {
    try {
      return fileURLToPath(text);
    } catch {
      return fail(refuse(", a URL that names no file on this machine", "Write only the path."));
    }
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    return fail(refuse(", a URL", "Copy it to this machine, or mount it, and write its path."));
  }
  if (text === "~" || text.startsWith("~/")) return join(home(refuse), text.slice(1));
  if (/^~[\w.-]*(\/|$)/.test(text)) {
    return fail(refuse(", which only a shell expands", `Write the full path, or ./${text} if that is its name.`));
  }
  if (text.startsWith("./")) return text;
  const variable = /(^|\/)\$(\{\w+\}|\w+)(\/|$)/.exec(text)?.[2];
  if (variable !== undefined) {
    const value = process.env[variable.replace(/[{}]/g, "")];
    const meant = value ? text.replace(`$${variable}`, value) : "the full path";
    return fail(refuse(", which no shell expanded", `Write ${meant}, or ./${text} if that is its name.`));
  }
  return text;
}

/** The user's home directory; undefined where there is none, for example if the system does not know the user id. */
export function homeDirectory(): string | undefined {
  try {
    const path = homedir();
    return path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

function home(refuse: (problem: string, hint: string) => UserError): string {
  return homeDirectory() ?? fail(refuse(", and this user has no home directory", "Write the full path."));
}

function fail(error: UserError): never {
  throw error;
}
