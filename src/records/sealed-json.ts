// JSON files with a checksum, so that damage shows: the last key is the checksum of everything else. A file without it,
// from an earlier version or another program, is accepted unchecked.
import { createHash } from "node:crypto";
import { jsonText } from "../system/atomic-file.ts";

/** The text of a file with `value` and its checksum. */
export function sealedText(value: object): string {
  return jsonText({ ...value, checksum: checksumOf(value) });
}

/** The content of a parsed file without its checksum; undefined where the checksum does not match. */
export function unseal(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("checksum" in value)) return value;
  const { checksum, ...rest } = value;
  return checksum === checksumOf(rest) ? rest : undefined;
}

function checksumOf(value: object): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
