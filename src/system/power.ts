// The electric power that the machine draws, where it can be read: of the processor from Intel's and AMD's energy counters
// (RAPL), which Linux may keep for root; of NVIDIA GPUs from nvidia-smi. Both count other programs too.
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

/** The mean over a time. */
export interface MeasuredPower {
  readonly watts: number;
  /** "RAPL", "nvidia-smi" or both: "RAPL and nvidia-smi". */
  readonly source: string;
}

export interface PowerOptions {
  readonly usesGpu: boolean;
  /** Seconds between two readings. A counter overflows after some twenty minutes. */
  readonly interval?: number;
  /** Tests pass other ones. */
  readonly counters?: string;
  readonly readGpu?: () => Promise<number>;
}

/** Reads power until `stop`. */
export class PowerMeter {
  readonly #counters: Counter[];
  readonly #readGpu: (() => Promise<number>) | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #started = performance.now();
  #microjoules = 0;
  #gpuReadings: number[] = [];

  constructor({ usesGpu, interval = 10, counters = "/sys/class/powercap", readGpu = gpuWatts }: PowerOptions) {
    this.#counters = openCounters(counters);
    this.#readGpu = usesGpu ? readGpu : undefined;
    this.#timer = setInterval(() => this.#read(), 1000 * interval);
    this.#timer.unref();
    if (this.#counters.length === 0 && !this.#readGpu) clearInterval(this.#timer);
  }

  /** The mean since the beginning; undefined where nothing can be read. */
  mean(): MeasuredPower | undefined {
    this.#readCounters();
    const seconds = (performance.now() - this.#started) / 1000;
    const processor = this.#counters.length > 0 ? this.#microjoules / 1e6 / seconds : undefined;
    const [count, sum] = [this.#gpuReadings.length, this.#gpuReadings.reduce((total, watts) => total + watts, 0)];
    const gpu = count > 0 ? sum / count : undefined;
    // A run on a GPU whose power is unknown would look frugal by its processor's.
    if ((processor === undefined && gpu === undefined) || (this.#readGpu && gpu === undefined)) return undefined;
    const sources = [processor === undefined ? [] : ["RAPL"], gpu === undefined ? [] : ["nvidia-smi"]].flat();
    return { watts: (processor ?? 0) + (gpu ?? 0), source: sources.join(" and ") };
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #read(): void {
    this.#readCounters();
    void this.#readGpu?.().then(
      (watts) => {
        if (Number.isFinite(watts)) this.#gpuReadings.push(watts);
      },
      () => {},
    );
  }

  #readCounters(): void {
    for (const counter of this.#counters) {
      const now = readNumber(counter.path);
      if (now === undefined) continue;
      this.#microjoules += now >= counter.last ? now - counter.last : now - counter.last + counter.range;
      counter.last = now;
    }
  }
}

interface Counter {
  readonly path: string;
  /** In µJ; the counter then begins at 0 again. */
  readonly range: number;
  last: number;
}

/** The counters of whole packages: "intel-rapl:0", on AMD's processors too; parts of them are "intel-rapl:0:1". */
function openCounters(folder: string): Counter[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    if (!/^intel-rapl:\d+$/.test(name)) return [];
    const path = join(folder, name, "energy_uj");
    const [last, range] = [readNumber(path), readNumber(join(folder, name, "max_energy_range_uj"))];
    return last === undefined || range === undefined ? [] : [{ path, range, last }];
  });
}

function readNumber(path: string): number | undefined {
  try {
    const value = Number(readFileSync(path, "utf8"));
    return Number.isFinite(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Of the first GPU that this process may use. */
async function gpuWatts(): Promise<number> {
  const first = (process.env["CUDA_VISIBLE_DEVICES"] ?? "").split(",")[0] || "0";
  const query = ["-i", first, "--query-gpu=power.draw", "--format=csv,noheader,nounits"];
  const { stdout } = await promisify(execFile)("nvidia-smi", query, { timeout: 5000 });
  return Number.parseFloat(stdout);
}
