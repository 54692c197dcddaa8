// The names of the engines. Reading them loads no engine.

/** Best first, for tables and help. */
export const engineNames = ["native", "tensorflow", "webgpu", "cpu"] as const;
export type EngineName = (typeof engineNames)[number];

/** The engine that the others are checked against. */
export const referenceEngine: EngineName = "cpu";

/** Engines that give the same bits each time, for any number of threads. */
export const exactEngines: readonly string[] = ["native", "cpu"] satisfies EngineName[];

/** Engines that can train and test in bf16-mixed precision. */
export const mixedEngines: readonly string[] = ["native", "cpu"] satisfies EngineName[];

/** The engines that `auto` tries, in this order. An engine that may also run on a CPU is first tried with `gpuOnly`. */
export const preferences: readonly { readonly name: EngineName; readonly gpuOnly?: true }[] = [
  { name: "tensorflow", gpuOnly: true },
  { name: "webgpu", gpuOnly: true },
  { name: "native" },
  { name: "tensorflow" },
  { name: "cpu" },
];

/** The engine that `auto` takes if these are available. */
export function preferredEngine(
  devices: ReadonlyMap<EngineName, { readonly kind: "cpu" | "gpu" }>,
): EngineName | undefined {
  return preferences.find(({ name, gpuOnly }) => {
    const device = devices.get(name);
    return device && (!gpuOnly || device.kind === "gpu");
  })?.name;
}
