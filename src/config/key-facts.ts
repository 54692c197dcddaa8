// What a key's schema says to the program and not to the user: since when the key exists, and whether a number depends
// on it.
import { z } from "zod";

export interface KeyFacts {
  /**
   * The version of the vocabulary that brought the key; a key without this fact is as old as the first version. Its
   * default must be what runs did before, and stays so: a run that has the default keeps the id that it would have had
   * without the key.
   */
  readonly since?: number;
  /** False where no number of a run depends on the key: runs that differ in it alone are one run. */
  readonly decisive?: false;
}

/** A schema joins by `.register(keyFacts, { since: 2 })`. */
export const keyFacts = z.registry<KeyFacts>();

/** The facts of a key, which its schema or any schema that it wraps may have. */
export function factsOf(schema: z.ZodType): KeyFacts {
  const inner = wrapped(schema);
  return { ...(inner && factsOf(inner)), ...keyFacts.get(schema) };
}

/** The schema within optional, default and transformed ones: a section is an object in the end. */
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
