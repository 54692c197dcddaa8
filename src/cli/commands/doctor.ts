// `doctor`: compares each engine of this machine with the reference, each in a child process, and saves the result for
// `run`. Says what to do about engines that are not available.
import { availableParallelism, totalmem } from "node:os";
import { type Conformance, checkConformance, type NotOpened } from "../../conformance/conformance.ts";
import { errorLimit, type Finding, timedNet } from "../../conformance/finding.ts";
import { keepVerdict } from "../../conformance/verdict.ts";
import { gpuMemoryMB } from "../../engines/gpu.ts";
import { type EngineName, engineNames, preferredEngine, referenceEngine } from "../../engines/names.ts";
import { errorMessage, UserError } from "../../errors.ts";
import { availableCores, coreQuota } from "../../system/cores.ts";
import { wrapText } from "../../text/lines.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { doctor } from "../syntax/doctor.ts";
import { checkTable, errorWords, mark } from "../terminal/check-table.ts";
import type { Io } from "../terminal/io.ts";

type Found = Conformance | NotOpened;

/**
 * Checks the engines and prints a table for each. Returns 0 if every check of every available engine passes, else 4.
 * @throws UserError if the requested engine is not available
 */
export async function doctorCommand(options: OptionsOf<typeof doctor>, io: Io): Promise<number> {
  const { adapter, threads } = options;
  const found = new Map<EngineName, Found>();
  for (const name of options.engine ? [options.engine] : engineNames) {
    const result = await checkConformance(name, { adapter, threads }, io.signal);
    if ("unavailable" in result && options.engine) {
      throw new UserError(`Expected the ${name} engine to be available: ${result.unavailable}`);
    }
    found.set(name, result);
    if ("engine" in result) keep(result, io);
    if (!options.json) io.out(`${section(name, result, io)}\n`);
  }
  const here = [...found].filter((entry): entry is [EngineName, Conformance] => "engine" in entry[1]);
  const auto = preferredEngine(new Map(here.map(([name, { engine }]) => [name, engine.device])));
  if (options.json) io.out(`${JSON.stringify(jsonReport(found, options.engine ? undefined : auto))}\n`);
  else if (!options.engine) {
    io.out(wrapText(`\`--engine auto\` takes ${auto}. ${coresText()} Node.js ${process.version}.`, io.columns));
  }
  return [...found.values()].some((result) => "passed" in result && !result.passed) ? 4 : 0;
}

/** "2 cores.", or, with a quota, "Engines use 1 thread, because the control group's quota is 1.5 of 8 cores." */
function coresText(): string {
  const [cores, all, quota] = [availableCores(), availableParallelism(), coreQuota()];
  if (cores === all || quota === undefined) return `${all} ${all === 1 ? "core" : "cores"}.`;
  const threads = `${cores} ${cores === 1 ? "thread" : "threads"}`;
  return `Engines use ${threads}, because the control group's quota is ${Number(quota.toPrecision(3))} of ${all} cores.`;
}

/** If the cache cannot be written, `run` does not know the result, but it is still printed. */
function keep(result: Conformance, io: Io): void {
  try {
    keepVerdict(result);
  } catch (error) {
    io.err(`Could not save the result for ${result.engine.name}: ${errorMessage(error)}\n`);
  }
}

/** The output for one engine. */
function section(name: EngineName, found: Found, { columns, tableWidth }: Io): string {
  if ("unavailable" in found) return wrapText(`– ${name} is not here: ${found.unavailable}`, columns);
  if (!("engine" in found)) return wrapText(`✗ ${name}. ${crashLine(found.crash)}`, columns);
  const { engine, findings, imagesPerSecond, peakMB, crash, passed } = found;
  const { device } = engine;
  const memory = deviceMemoryMB(device);
  const facts = [
    `version  ${engine.version}`,
    `device   ${device.name}, ${device.kind.toUpperCase()}${memory === undefined ? "" : ` with ${(memory / 1024).toFixed(0)} GiB`}`,
    ...(imagesPerSecond === undefined
      ? []
      : [`speed    ${Number(imagesPerSecond.toPrecision(3))} images/s (${timedNet.title})`]),
    ...(peakMB === undefined ? [] : [`memory   ${peakMB} MB resident at most`]),
  ];
  const failures = findings.filter(({ held }) => !held);
  return [
    wrapText(`${mark(passed)} ${engine.description}`, columns),
    ...facts.map((fact) => wrapText(fact, columns)),
    "\n",
    checkTable(findings, tableWidth),
    ...(name === referenceEngine ? [wrapText("Operations: the reference of the other engines.", columns)] : []),
    ...(failures.length > 0 ? ["\n"] : []),
    ...failures.map((finding) => wrapText(failureLine(finding), columns)),
    ...(crash === undefined ? [] : [wrapText(`✗ ${crashLine(crash)}`, columns)]),
  ].join("");
}

function crashLine(crash: string): string {
  return `The process that checked it did not finish: ${crash}.`;
}

function failureLine({ check, part, error, worst }: Finding): string {
  const got = error === null ? "no finite number" : `an error of ${errorWords(error)}`;
  return `✗ ${check}, ${part}: expected ${errorWords(errorLimit)} at most, got ${got} in ${worst}.`;
}

function jsonReport(found: ReadonlyMap<EngineName, Found>, auto: EngineName | undefined) {
  const engines = [...found].map(([name, result]) => {
    if (!("engine" in result)) return [name, result];
    const { engine, ...rest } = result;
    return [name, { ...engine, deviceMemoryMB: deviceMemoryMB(engine.device), ...rest }];
  });
  const quota = coreQuota();
  const cores = { cores: availableCores(), ...(quota !== undefined && { coreQuota: quota }) };
  return { node: process.version, ...cores, ...(auto && { auto }), errorLimit, engines: Object.fromEntries(engines) };
}

/** A GPU's own memory; for a CPU, the machine's. */
function deviceMemoryMB({ kind, name }: Conformance["engine"]["device"]): number | undefined {
  return kind === "cpu" ? Math.round(totalmem() / 2 ** 20) : gpuMemoryMB(name);
}
