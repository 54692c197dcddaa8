// `schema`: the JSON Schema of experiment files, for editors. experiments/experiment.schema.json is its output.
import { experimentJsonSchema } from "../../config/json-schema.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { schema } from "../syntax/schema.ts";
import type { Io } from "../terminal/io.ts";

/** Prints the JSON Schema. Always returns 0. */
export async function schemaCommand(_options: OptionsOf<typeof schema>, io: Io): Promise<number> {
  io.out(`${JSON.stringify(experimentJsonSchema(), null, 2)}\n`);
  return 0;
}
