// Entities of an RO-Crate: JSON-LD objects in a flat list that refer to each other by their ids.
import { createHash } from "node:crypto";

/** One entity of the graph. Its properties are terms of schema.org and of the profile. */
export interface Entity {
  readonly "@id": string;
  readonly "@type": string;
  readonly [property: string]: unknown;
}

/** A reference to an entity. */
export function to({ "@id": id }: Pick<Entity, "@id">): Pick<Entity, "@id"> {
  return { "@id": id };
}

export interface Measured {
  readonly name: string;
  readonly value: string | number;
  readonly description?: string;
  /** A word for people, such as "s". */
  readonly unitText?: string;
}

/** A named value. Equal values of runs share one entity. */
export function propertyValue(measured: Measured): Entity {
  const digest = createHash("sha256").update(JSON.stringify(measured)).digest("hex").slice(0, 10);
  const slug = measured.name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return { "@id": `#${slug}-${digest}`, "@type": "PropertyValue", ...measured };
}

/** A time of a record as the profile writes it: "2026-01-02T03:04:05.000+00:00". */
export function timeText(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("Z", "+00:00");
}

/** A path inside the crate as an id: each name is percent-encoded. */
export function pathId(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
