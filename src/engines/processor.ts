// The name of the machine's processor, which engines on the CPU give as their device.
import { cpus } from "node:os";

/** As the operating system names it: "AMD EPYC 9B14"; "unknown" where it does not. */
export function processorName(): string {
  return cpus()[0]?.model.trim() || "unknown";
}
