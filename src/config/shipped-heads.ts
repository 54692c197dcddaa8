// What the experiment files that come with the program ask and cost. The costs stand in the comment that opens a file, one
// line for each profile.
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { shippedFile, shippedNames } from "./shipped.ts";

/** One command that a file lists in its head. */
export interface ShippedCommand {
  /** Undefined for the file by itself. */
  readonly profile: string | undefined;
  /** For people: "embedded data, 1½ min on 2 cores with AVX-512". */
  readonly cost: string;
}

export interface ShippedExperiment {
  readonly name: string;
  readonly file: string;
  readonly question: string;
  /** As experiment files say it: "table-2". */
  readonly paper: readonly string[];
  readonly commands: readonly ShippedCommand[];
}

const headSchema = z.looseObject({ question: z.string(), paper: z.array(z.string()).default([]) });

/** All of them, sorted by name. */
export function shippedExperiments(): ShippedExperiment[] {
  return shippedNames().map((name) => {
    const file = shippedFile(name)!;
    const text = readFileSync(file, "utf8");
    const { question, paper } = headSchema.parse(parse(text));
    const commands = [...text.matchAll(/^# resnet-exp run \S+(?: --profile (\S+))? {2,}(\S.*)$/gm)];
    return { name, file, question, paper, commands: commands.map(([, profile, cost]) => ({ profile, cost: cost! })) };
  });
}
