// A warning about experiment files with the same name: their runs and their report share one directory.
import type { Experiment } from "../../config/load.ts";
import type { Io } from "../terminal/io.ts";

/** Warns on standard error where several files have one name. */
export function warnOfSharedNames(experiments: readonly Experiment[], io: Pick<Io, "err">): void {
  const files = new Map<string, Set<string>>();
  for (const { document, file } of experiments) {
    files.set(document.name, (files.get(document.name) ?? new Set()).add(file));
  }
  for (const [name, sharing] of files) {
    if (sharing.size < 2) continue;
    io.err(
      `${[...sharing].join(" and ")} have the same name, ${name}: their runs form one study with one report.\n  Give each file its own name, unless you want one study.\n`,
    );
  }
}
