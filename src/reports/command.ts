// The command that makes one run again: the one that was typed, cut down to the run and bound to its engine.
import type { RunRecord } from "../records/record.ts";

/** Options of `run` that choose among runs or say how to print; each takes a value or, as the second list, none. */
const replaced = ["--only", "--seeds", "--engine", "--jobs"];
const dropped = ["--json", "--fail-fast"];

/** "resnet-exp run experiments/x.yaml --only 'plain-18 seed 0' --seeds 0 --engine native", quoted for a shell. */
export function commandFor({ run }: RunRecord): string {
  const { label, seed } = run.spec;
  const own = ["--only", `${label} seed ${seed}`, "--seeds", String(seed), "--engine", run.provenance.engine.name];
  // Records of old versions do not say what was typed.
  return [...kept(run.provenance.command ?? ["resnet-exp", "run", "FILE"]), ...own].map(quoted).join(" ");
}

function kept(words: readonly string[]): string[] {
  const result: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (replaced.includes(word)) i++;
    else if (!dropped.includes(word) && !replaced.some((option) => word.startsWith(`${option}=`))) result.push(word);
  }
  return result;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
