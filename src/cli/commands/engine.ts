// `engine install NAME` and `engine remove NAME`: install and remove engines that are too large to come with the program.
import { join } from "node:path";
import { installTensorflow } from "../../engines/tensorflow/install.ts";
import { enginesDirectory, type Installation, removeInstallation } from "../../engines/tensorflow/installation.ts";
import { UserError } from "../../errors.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { engineInstall, engineRemove } from "../syntax/engine.ts";
import { type DownloadBar, downloadBar } from "../terminal/download-bar.ts";
import type { Io } from "../terminal/io.ts";

/** Installs an engine unless it is installed. Always returns 0. @throws UserError with what is missing and what to do */
export async function engineInstallCommand(
  name: string,
  options: OptionsOf<typeof engineInstall>,
  io: Io,
): Promise<number> {
  checkName(name);
  let bar: DownloadBar | undefined;
  const endBar = () => {
    bar?.stop();
    bar = undefined;
  };
  try {
    const installation = await installTensorflow({
      ...options,
      signal: io.signal,
      onStep(step) {
        endBar();
        io.err(`${step}\n`);
      },
      onProgress(progress) {
        bar ??= downloadBar(io);
        bar.onProgress(progress);
        if (progress.done === progress.total) endBar();
      },
    });
    io.out(
      options.json
        ? `${JSON.stringify({ name, ...place(installation) })}\n`
        : `${describe(installation)} is installed in ${place(installation).path}\n`,
    );
  } finally {
    endBar();
  }
  return 0;
}

/** Deletes an installed engine. Always returns 0, even if there was nothing to delete. */
export async function engineRemoveCommand(
  name: string,
  options: OptionsOf<typeof engineRemove>,
  io: Io,
): Promise<number> {
  checkName(name);
  const removed = removeInstallation();
  if (options.json) io.out(`${JSON.stringify({ name, removed: removed ? place(removed) : null })}\n`);
  else
    io.out(
      removed
        ? `${describe(removed)} is removed from ${place(removed).path}\n`
        : "The tensorflow engine was not installed.\n",
    );
  return 0;
}

function place(installation: Installation) {
  const { version, cuda, directory } = installation;
  return { version, cuda, path: join(enginesDirectory(), directory) };
}

function describe({ version, cuda }: Installation): string {
  return `TensorFlow ${version}${cuda ? " with CUDA" : ""}`;
}

function checkName(name: string): void {
  if (name === "tensorflow") return;
  throw new UserError(
    `Expected the engine to be tensorflow, the only engine that is installed separately, got ${JSON.stringify(name)}.`,
    ["npm compiles the native engine when it installs the program; cpu is always there."],
  );
}
