// The name of the machine's processor, which is the device of engines on the CPU.
import { cpus } from "node:os";

/** By the operating system: "AMD EPYC 9B14", or "unknown". */
export function processorName(): string {
  return cpus()[0]?.model.trim() || "unknown";
}
