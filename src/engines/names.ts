// The engines by name, readable without loading one.

/** Best first, for tables and help. */
export const engineNames = ["native", "cpu"] as const;
export type EngineName = (typeof engineNames)[number];
