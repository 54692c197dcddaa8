// The last `doctor` result of each engine on this machine, in the user's cache, and the refusal of an engine that failed.
// An engine that was never checked, or was rebuilt since, is not refused.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { EngineIdentity } from "../engines/engine.ts";
import { UserError } from "../errors.ts";
import { jsonText, writeToCache } from "../system/atomic-file.ts";
import { cacheDirectory } from "../system/cache.ts";
import type { Conformance } from "./conformance.ts";

const verdictSchema = z.object({
  passed: z.boolean(),
  /** ISO 8601, UTC. */
  checkedAt: z.string(),
  /** The checks that failed: "convolution (gradient)". */
  failures: z.array(z.string()),
});

export type Verdict = z.infer<typeof verdictSchema>;

/** Saves the result. @throws UserError if the cache cannot be written. */
export function keepVerdict({ engine, findings, crash, passed }: Conformance): void {
  const failures = findings.filter(({ held }) => !held).map(({ check, part }) => `${check} (${part})`);
  if (crash !== undefined) failures.push(crash);
  const verdict: Verdict = { passed, checkedAt: new Date().toISOString(), failures };
  const path = verdictPath(engine);
  writeToCache(path, jsonText(verdict));
}

/** The last result; undefined if this build, with this instruction set and device, was never checked here. */
export function lastVerdict(engine: EngineIdentity): Verdict | undefined {
  try {
    return verdictSchema.parse(JSON.parse(readFileSync(verdictPath(engine), "utf8")));
  } catch {
    return undefined;
  }
}

/** @throws UserError if the engine's last check on this machine failed */
export function refuseFailed(engine: EngineIdentity): void {
  const verdict = lastVerdict(engine);
  if (!verdict || verdict.passed) return;
  throw new UserError(
    `Expected the ${engine.name} engine to have passed its last \`doctor\` on this machine, got ✗ for ${verdict.failures.join(", ")}.`,
    [
      `\`resnet-exp doctor --engine ${engine.name}\` checks it again. --engine NAME chooses another.`,
      "--unproven trains on it anyway.",
    ],
  );
}

function verdictPath({ name, version, variant, device }: EngineIdentity): string {
  // Several machines may share the cache through a network, so the machine's name is part of the key.
  const identity = JSON.stringify([hostname(), name, version, variant ?? "", device.kind, device.name]);
  const digest = createHash("sha256").update(identity).digest("hex").slice(0, 16);
  return join(cacheDirectory(), "conformance", `${name}-${digest}.json`);
}
