// Commands for readers of a report. One makes a run again: it is the command that was typed, limited to this run and its
// engine. The other tests runs by the paper's protocol.
import type { RunRecord } from "../records/record.ts";
import type { Setup } from "./analysis/setups.ts";
import type { Looks } from "./protocol-words.ts";

/** Options of `run` that choose runs or how to print. Those of the first list take a value, those of the second do not. */
const replacedOptions = ["--only", "--seeds", "--engine", "--jobs"];
/** What a record has in place of a path outside the directory in which the command was typed. */
const hidden = "…";
const dropped = ["--json", "--fail-fast"];

/** "resnet-exp run experiments/x.yaml --only 'plain-18 seed 0' --seeds 0 --engine native", quoted for a shell. */
export function commandFor({ run }: RunRecord): string {
  const { label, seed } = run.spec;
  const own = ["--only", `${label} seed ${seed}`, "--seeds", String(seed), "--engine", run.provenance.engine.name];
  return [...kept(run.provenance.command), ...own].map(quoted).join(" ");
}

/**
 * The command that was typed for a run, for all its nets, with these seeds and without its --results:
 * "resnet-exp run x.yaml --seeds 0-4". Undefined where the record hides a path of the command.
 */
export function seedsCommand({ run }: RunRecord, seeds: readonly number[]): string | undefined {
  const words = kept(run.provenance.command, [...replacedOptions, "--results"]);
  return words.some((word) => word.endsWith(hidden))
    ? undefined
    : [...words, "--seeds", seedRanges(seeds)].map(quoted).join(" ");
}

/** "0-4,7": increasing seeds, each range with its ends. */
function seedRanges(seeds: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const seed of seeds.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && seed === last[1] + 1) last[1] = seed;
    else ranges.push([seed, seed]);
  }
  return ranges.map(([low, high]) => (low === high ? String(low) : `${low}-${high}`)).join(",");
}

function kept(words: readonly string[], replaced = replacedOptions): string[] {
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

/** For images of 32×32 pixels: the same size, a quarter larger and half as large again. */
const smallScales = [32, 40, 48];

/**
 * The command that tests the finished runs of a set-up by the paper's protocol. Undefined where no run is finished, or
 * where runs were trained without the crops.
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
