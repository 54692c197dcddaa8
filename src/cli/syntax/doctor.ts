// The syntax of `doctor`.
import { engineNames } from "../../engines/names.ts";
import { define } from "./definition.ts";
import { choice } from "./option.ts";
import { adapter, json, threads } from "./shared.ts";

export const doctor = define({
  group: "Check",
  summary: "Check each engine of this machine against the reference; exit code 4 where a check fails",
  argument: "",
  options: { engine: choice("<name>", "check this engine only", engineNames), ...adapter, ...threads, ...json },
  examples: [
    { command: "doctor", does: "check every engine" },
    { command: "doctor --engine webgpu --adapter 0", does: "check one graphics adapter" },
  ],
});
