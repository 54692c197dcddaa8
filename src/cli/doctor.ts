// `doctor`: which engines this machine has, in which variant, and what to do about those it lacks.
import { probeEngines } from "../engines/engine.ts";
import { engineNames } from "../engines/names.ts";
import type { Io } from "./io.ts";

export interface DoctorOptions {
  readonly threads?: number | undefined;
  readonly json?: boolean | undefined;
}

/** Prints each engine's state and the one that `auto` takes. Always 0, as the reference engine is always there. */
export async function doctorCommand(options: DoctorOptions, io: Io): Promise<number> {
  const found = await probeEngines({ threads: options.threads });
  const chosen = engineNames.find((name) => !("unavailable" in found[name]));
  if (options.json) {
    io.out(`${JSON.stringify({ node: process.version, auto: chosen, engines: found })}\n`);
    return 0;
  }
  for (const name of engineNames) {
    const engine = found[name];
    const mark = "unavailable" in engine ? "✗" : "✓";
    const text = "unavailable" in engine ? engine.unavailable : `${engine.description}, version ${engine.version}`;
    io.out(`${mark} ${name.padEnd(8)} ${text}${name === chosen ? "; auto takes it" : ""}\n`);
  }
  io.out(`  node     ${process.version}\n`);
  return 0;
}
