import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../../src/records/record.ts";
import { energyNotes, energyText, wattHours } from "../../../src/reports/analysis/energy.ts";
import { doneRecord, interruptedRecord } from "../sample-records.ts";

function record(seconds: number, power?: { watts: number; source: string }, kind: "cpu" | "gpu" = "cpu"): RunRecord {
  const { run, done, ...rest } = doneRecord({}, 0.1, 0.2);
  const engine = { ...run.provenance.engine, threads: 4, device: { kind, name: "a device" } };
  return {
    ...rest,
    run: { ...run, provenance: { ...run.provenance, engine } },
    done: { ...done!, totalSeconds: seconds, ...(power && { power }) },
  };
}

const co2 = "CO₂ is an estimate that assumes 445 g per kWh, the world's mean of 2024 (IEA, Electricity 2025).";

describe("the energy of a run", () => {
  it("is the measured power over its time", () => {
    const measured = record(7200, { watts: 150, source: "RAPL" });
    expect(wattHours(measured)).toBe(300);
    expect(energyNotes([measured])).toEqual([
      "Energy was measured by RAPL, other programs on the machine included.",
      co2,
    ]);
  });

  it("is assumed where no power was measured, and the assumption is stated", () => {
    expect(wattHours(record(3600))).toBe(40);
    expect(wattHours(record(3600, undefined, "gpu"))).toBe(350);
    expect(energyNotes([record(1), record(1, undefined, "gpu")])).toEqual([
      "Energy is an estimate that assumes 10 W for each thread of the engine and 350 W for a GPU.",
      co2,
    ]);
  });

  it("is none of a run that is not done", () => {
    expect(wattHours(interruptedRecord({}))).toBeUndefined();
    expect(energyNotes([interruptedRecord({})])).toEqual([]);
  });

  it("has two digits, and the CO₂ of making it", () => {
    expect(energyText(1.234)).toBe("1.2 Wh, 0.55 g of CO₂");
    expect(energyText(123_456)).toBe("120 kWh, 55 kg of CO₂");
    expect(energyText(undefined)).toBe("–");
  });
});
