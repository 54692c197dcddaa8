// Has a process of its own load an installation and compute: a library that crashes must not take the installer along.
import { fileURLToPath } from "node:url";
import { UserError } from "../../errors.ts";
import type { TensorflowFiles } from "./backend.ts";
import { runCommand } from "./command.ts";

// Compiled: Node 20 runs no TypeScript, and tests call this from src/.
const script = fileURLToPath(new URL("../../../dist/engines/tensorflow/proof.js", import.meta.url));

/** @throws UserError with what the loader, TensorFlow or the comparison said */
export async function prove(files: TensorflowFiles, signal?: AbortSignal): Promise<void> {
  const { code, text } = await runCommand(process.execPath, [script, JSON.stringify(files)], { signal });
  if (code === 0) return;
  const reason = /^\w*Error: (.+)$/m.exec(text)?.[1] ?? text.split("\n").at(-1);
  throw new UserError(`Expected TensorFlow to compute a convolution and its gradients, got: ${reason || "nothing"}`, [
    "Where the loader misses a file or a GLIBC, the wheel is for a newer system: try an older --version.",
    "What was installed so far stays; resnet-exp engine remove tensorflow deletes it.",
  ]);
}
