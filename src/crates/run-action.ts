// A run as an action: the program that trained it, the data that it read, the files that it wrote, and what that took.
import { lastEngine, type Provenance } from "../records/provenance.ts";
import { type RunRecord, reachedIteration } from "../records/record.ts";
import { shellWord } from "../text/shell.ts";
import { type Entity, type Measured, propertyValue, timeText, to } from "./entity.ts";
import { softwareOf } from "./software.ts";

export interface RunAction {
  readonly action: Entity;
  /** What the action refers to, except files and the agent. */
  readonly parts: readonly Entity[];
}

/**
 * The action of a run.
 * @param results the files of the run
 * @param agent who started it, if that is known: records have no names of people
 */
export function runAction(record: RunRecord, results: readonly Entity[], agent: Entity | undefined): RunAction {
  const { run, status, done } = record;
  const { spec, provenance } = run;
  const { programs, parts } = softwareOf(provenance);
  const images = imagesOf(record);
  const given = [propertyValue({ name: "seed", value: spec.seed })];
  const errors = done ? errorsOf(done.finalMetric) : [];
  const environment = machineOf(provenance).map(propertyValue);
  const usage = usageOf(record).map(propertyValue);
  const endTime = endOf(record);
  const action: Entity = {
    "@id": `#${run.id}`,
    "@type": "CreateAction",
    name: `Train ${spec.label}, seed ${spec.seed}`,
    description: provenance.command.map(shellWord).join(" "),
    startTime: timeText(Date.parse(provenance.createdAt)),
    ...(endTime !== undefined && { endTime: timeText(endTime) }),
    instrument: oneOrMore(programs.map(to)),
    ...(agent && { agent: to(agent) }),
    object: [images, ...given].map(to),
    result: [...results, ...errors].map(to),
    actionStatus: `http://schema.org/${status === "done" ? "Completed" : "Failed"}ActionStatus`,
    ...(status !== "done" && { error: whyUnfinished(record) }),
    environment: environment.map(to),
    ...(usage.length > 0 && { resourceUsage: usage.map(to) }),
  };
  return { action, parts: [...programs, ...parts, images, ...given, ...errors, ...environment, ...usage] };
}

/** When a run that was trained in one sitting ended, in milliseconds since 1970. Records do not say when others ended. */
export function endOf({ run, done }: RunRecord): number | undefined {
  const { createdAt, sittings } = run.provenance;
  if (done?.totalSeconds === undefined || sittings?.length) return undefined;
  return Date.parse(createdAt) + Math.round(1000 * done.totalSeconds);
}

function whyUnfinished(record: RunRecord): string {
  const { failed, run } = record;
  return (
    failed?.message ??
    `Interrupted after iteration ${reachedIteration(record)} of ${run.spec.sections.training.iterations}.`
  );
}

/** The images are no part of the crate. Their digest tells whether others have the same. */
function imagesOf({ run }: RunRecord): Entity {
  return {
    "@id": `#images-${run.datasetDigest.slice(0, 10)}`,
    "@type": "CreativeWork",
    name: run.datasetTitle,
    description: "The images that the net was trained and tested on; they are not in this crate",
    identifier: `sha256:${run.datasetDigest}`,
  };
}

function errorsOf({ trainError, testError, validationError }: NonNullable<RunRecord["done"]>["finalMetric"]): Entity[] {
  const last = "a fraction, at the last iteration";
  const found: readonly (readonly [string, number | undefined])[] = [
    ["training error", trainError],
    ["validation error", validationError],
    ["test error", testError],
  ];
  return found.flatMap(([name, value]) =>
    value === undefined || !Number.isFinite(value) ? [] : [propertyValue({ name, value, description: last })],
  );
}

function machineOf(provenance: Provenance): Measured[] {
  const { cpu, cores, os } = provenance;
  const { device, description } = lastEngine(provenance);
  return [
    { name: "processor", value: cpu },
    { name: "cores", value: cores },
    { name: "operating system", value: os },
    { name: "engine", value: description },
    ...(device.kind === "gpu" ? [{ name: "graphics card", value: device.name }] : []),
  ];
}

function usageOf({ done }: RunRecord): Measured[] {
  if (!done) return [];
  const { trainSeconds, totalSeconds, peakMemoryBytes, power } = done;
  return [
    { name: "time of training steps", value: trainSeconds, unitText: "s" },
    ...(totalSeconds === undefined ? [] : [{ name: "time in all", value: totalSeconds, unitText: "s" }]),
    ...(peakMemoryBytes === undefined ? [] : [{ name: "peak memory", value: peakMemoryBytes, unitText: "bytes" }]),
    ...(power === undefined
      ? []
      : [{ name: "mean power", value: power.watts, unitText: "W", description: `read from ${power.source}` }]),
  ];
}

function oneOrMore<T>(list: readonly T[]): T | readonly T[] {
  return list.length === 1 ? list[0]! : list;
}
