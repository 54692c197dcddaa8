// Facts about a key that the program needs and the user does not: since when it exists, and whether results depend on it.
import { z } from "zod";

export interface KeyFacts {
  /**
   * The version of the vocabulary that brought the key; without this fact, the first version. The default must be what
   * runs did before the key existed, and must not change: a run with the default has the same id as one without the key.
   */
  readonly since?: number;
  /** False if no result depends on the key: runs that differ only in it are the same run. */
  readonly decisive?: false;
}

/** A schema registers its facts with `.register(keyFacts, { since: 2 })`. */
export const keyFacts = z.registry<KeyFacts>();

/** The facts of a key, registered by its schema or by a schema that it wraps. */
export function factsOf(schema: z.ZodType): KeyFacts {
  const inner = wrapped(schema);
  return { ...(inner && factsOf(inner)), ...keyFacts.get(schema) };
}

/** The schema inside optional, default and transformed schemas; for a section, its object. */
export function unwrapped(schema: z.ZodType): z.ZodType {
  const inner = wrapped(schema);
  return inner ? unwrapped(inner) : schema;
}

function wrapped(schema: z.ZodType): z.ZodType | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return schema.unwrap() as z.ZodType;
  }
  return schema instanceof z.ZodPipe ? (schema.in as z.ZodType) : undefined;
}
