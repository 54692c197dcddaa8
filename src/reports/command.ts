// Commands for readers of a report: the one that makes a run again, which is the one that was typed, cut down to the run
// and bound to its engine; and the one that tests runs by the paper's protocol.
import type { RunRecord } from "../records/record.ts";
import type { Setup } from "./analysis/setups.ts";
import type { Looks } from "./protocol-words.ts";

/** Options of `run` that choose among runs or say how to print; each takes a value or, as the second list, none. */
const replaced = ["--only", "--seeds", "--engine", "--jobs"];
const dropped = ["--json", "--fail-fast"];

/** "resnet-exp run experiments/x.yaml --only 'plain-18 seed 0' --seeds 0 --engine native", quoted for a shell. */
export function commandFor({ run }: RunRecord): string {
  const { label, seed } = run.spec;
  const own = ["--only", `${label} seed ${seed}`, "--seeds", String(seed), "--engine", run.provenance.engine.name];
  return [...kept(run.provenance.command), ...own].map(quoted).join(" ");
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

/** Of images of 32×32 pixels: as they are, and a quarter and a half larger. */
const smallScales = [32, 40, 48];

/**
 * The command that tests the finished runs of a set-up by the paper's protocol; undefined where none is finished, or they
 * never saw the crops.
 */
export function evaluationCommand({ runs, rows, isWhole }: Setup, looks: Looks): string | undefined {
  const done = runs.filter((record) => record.done);
  const [first] = done;
  const cropless = ({ run }: RunRecord) => run.spec.sections.training.augmentation === "none";
  if (!first || (looks.crops === 10 && done.some(cropless))) return undefined;
  const { experiment } = first.run.spec;
  const all = isWhole && done.length === runs.length;
  const names = all ? [`${experiment}/*`] : done.map(({ run }) => run.id);
  const scales = rows[0]?.cropped ? looks.scales : smallScales;
  const way = looks.scales ? ["--scales", (scales ?? []).join(",")] : ["--crops", String(looks.crops)];
  return ["resnet-exp", "evaluate", ...names, ...way].map(quoted).join(" ");
}
