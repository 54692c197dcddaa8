// The test of an installation in a separate process, so that a library that crashes does not crash the installer.
import { fileURLToPath } from "node:url";
import { UserError } from "../../errors.ts";
import type { TensorflowFiles } from "./backend.ts";
import { runCommand } from "./command.ts";

// The compiled file: Node 20 does not run TypeScript, and tests call this from src/.
const script = fileURLToPath(new URL("../../../dist/engines/tensorflow/proof.js", import.meta.url));

/** @throws UserError with the message of the loader, of TensorFlow or of the comparison */
export async function prove(files: TensorflowFiles, signal?: AbortSignal): Promise<void> {
  const { code, text } = await runCommand(process.execPath, [script, JSON.stringify(files)], { signal });
  if (code === 0) return;
  const reason = /^\w*Error: (.+)$/m.exec(text)?.[1] ?? text.split("\n").at(-1);
  throw new UserError(`Expected TensorFlow to compute a convolution and its gradients, got: ${reason || "nothing"}`, [
    "If the loader misses a file or a GLIBC, the wheel is for a newer system: try an older --version.",
    "The installed files stay. To delete them: resnet-exp engine remove tensorflow",
  ]);
}
