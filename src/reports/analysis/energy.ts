// The energy of finished runs, and the carbon dioxide of making it. Where a run measured the power of its machine, that is
// taken; else an assumption, which the sentences below state.
import type { RunRecord } from "../../records/record.ts";
import { listed } from "../../text/listing.ts";

/** What a busy core of a server draws, with its share of memory and power supply. */
const wattsPerCore = 10;
/** What a busy GPU of a data centre draws. */
const wattsPerGpu = 350;
/** Grams of CO₂ per kilowatt-hour: the world's electricity in 2024 (IEA, Electricity 2025, Emissions). */
const gramsPerKilowattHour = 445;

/** Watt-hours of a run, tests and checkpoints included; undefined for one that is not done. */
export function wattHours({ run, done }: RunRecord): number | undefined {
  if (!done) return undefined;
  const { device, threads } = run.provenance.engine;
  const assumed = device.kind === "gpu" ? wattsPerGpu : wattsPerCore * Math.max(1, threads);
  return ((done.power?.watts ?? assumed) * (done.totalSeconds ?? done.trainSeconds)) / 3600;
}

/** "1.2 Wh, 0.57 g of CO₂"; a dash for none. */
export function energyText(wattHours: number | undefined): string {
  if (wattHours === undefined) return "–";
  return `${scaled(wattHours, "Wh", "kWh")}, ${scaled((wattHours / 1000) * gramsPerKilowattHour, "g", "kg")} of CO₂`;
}

function scaled(value: number, unit: string, thousands: string): string {
  const [shown, name] = value < 999.5 ? [value, unit] : [value / 1000, thousands];
  return `${Number(shown.toPrecision(2)).toLocaleString("en-US")} ${name}`;
}

/** How the energy of some finished runs is known, and what CO₂ it stands for. */
export function energyNotes(runs: readonly RunRecord[]): string[] {
  const done = runs.filter((record) => record.done);
  const sources = [...new Set(done.flatMap((record) => record.done?.power?.source ?? []))];
  const assumed = done.filter((record) => !record.done?.power);
  const kinds = new Set(assumed.map(({ run }) => run.provenance.engine.device.kind));
  const watts = [
    ...(kinds.has("cpu") ? [`${wattsPerCore} W for each thread of the engine`] : []),
    ...(kinds.has("gpu") ? [`${wattsPerGpu} W for a GPU`] : []),
  ];
  return [
    ...(sources.length > 0
      ? [`Energy was measured by ${listed(sources)}, other programs on the machine included.`]
      : []),
    ...(watts.length > 0 ? [`Energy is an estimate that assumes ${watts.join(" and ")}.`] : []),
    ...(done.length > 0
      ? [
          `CO₂ is an estimate that assumes ${gramsPerKilowattHour} g per kWh, the world's mean of 2024 (IEA, Electricity 2025).`,
        ]
      : []),
  ];
}
