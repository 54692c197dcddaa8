// The cost of runs: time by machine, and floating-point operations.
import { datasetShape } from "../../datasets/dataset.ts";
import { describeModel, type ModelDescription } from "../../models/describe.ts";
import type { RunRecord } from "../../records/record.ts";
import { wattHours } from "./energy.ts";
import { groupBy } from "./group.ts";

/** Forward, and backward to inputs and to weights: three passes of a multiplication and an addition each. */
const operationsPerMultiplyAdd = 6;

/** Floating-point operations of a run so far, without tests. NaN where this version cannot build its net. */
export function runFlops({ run, metrics, done }: RunRecord): number {
  const { training } = run.spec.sections;
  const iterations = done?.iteration ?? metrics.at(-1)?.iteration ?? 0;
  return operationsPerMultiplyAdd * netSize(run).multiplyAdds * training.batchSize * iterations;
}

type NetSize = Pick<ModelDescription, "parameters" | "multiplyAdds">;

const known = new Map<string, NetSize>();

/** The size of a run's net for its images; NaN where this version cannot build the net. */
export function netSize({ spec, classes }: RunRecord["run"]): NetSize {
  const { model, dataset } = spec.sections;
  const key = JSON.stringify([model, dataset.name, dataset.cropSize, classes?.length]);
  const size = known.get(key) ?? measureNet(spec.sections, classes?.length);
  known.set(key, size);
  return size;
}

function measureNet({ model, dataset }: RunRecord["run"]["spec"]["sections"], recorded: number | undefined): NetSize {
  try {
    const { classes = Number.NaN, ...size } = datasetShape(dataset);
    return describeModel(model, { ...size, classes: recorded ?? classes });
  } catch {
    // Another version of this program may have recorded a net or a data set that this version lacks.
    return { parameters: Number.NaN, multiplyAdds: Number.NaN };
  }
}

/** What a machine spent on some runs. */
export interface MachineCost {
  /** Engine, processor or graphics card, operating system. */
  readonly machine: string;
  readonly runs: number;
  /** Seconds of training of the finished runs. */
  readonly seconds: number;
  readonly flops: number;
  /** Of the finished runs. */
  readonly wattHours: number;
}

/** The costs of some runs by machine, in order of appearance. */
export function machineCosts(runs: readonly RunRecord[]): MachineCost[] {
  return [...groupBy(runs, machineOf)].map(([machine, group]) => ({
    machine,
    runs: group.length,
    seconds: group.reduce((sum, { done }) => sum + (done?.trainSeconds ?? 0), 0),
    flops: group.reduce((sum, run) => sum + runFlops(run), 0),
    wattHours: group.reduce((sum, run) => sum + (wattHours(run) ?? 0), 0),
  }));
}

/** "native (AVX-512, 2 threads), AMD EPYC, 2 cores, Linux 6.1 x64". */
export function machineOf({ run }: RunRecord): string {
  const { engine, cpu, cores, os } = run.provenance;
  const device = engine.device.kind === "gpu" ? `${engine.device.name}, ` : "";
  return `${engine.description}, ${device}${cpu}, ${cores} cores, ${os}`;
}

const prefixes = ["", "K", "M", "G", "T", "P", "E"];

/** "1.99 PFLOP"; a dash where they are not known. */
export function flopsText(flops: number): string {
  if (!Number.isFinite(flops)) return "–";
  const power = flops < 1 ? 0 : Math.min(prefixes.length - 1, Math.floor(Math.log10(flops) / 3));
  return `${(flops / 1000 ** power).toPrecision(3)} ${prefixes[power]}FLOP`;
}

/** "1 h 23 min", "4 min 5 s" or "12 s". */
export function durationText(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}
