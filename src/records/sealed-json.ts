// JSON files that know whether they are whole: the last key is a checksum of everything else. Files without one, written
// by earlier versions or other programs, are taken as they are.
import { createHash } from "node:crypto";
import { jsonText } from "../system/atomic-file.ts";

/** The text of a file that holds `value` and the checksum of it. */
export function sealedText(value: object): string {
  return jsonText({ ...value, checksum: checksumOf(value) });
}

/** What was sealed, of a parsed file; undefined where that is not what the checksum is of. */
export function unseal(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("checksum" in value)) return value;
  const { checksum, ...rest } = value;
  return checksum === checksumOf(rest) ? rest : undefined;
}

function checksumOf(value: object): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
