// Values that know where they were written: the tree between YAML text and the schema.
// Trees are never changed in place, so profiles, `--set` and the matrix share the parts that they do not change.

/** The layer that a value comes from. A default comes from none. */
export type Origin = "file" | `profile ${string}` | "--set" | "--seeds";

/** A range of the file, as offsets into its text, or a flag on the command line. */
export type Place =
  | { readonly origin: Origin; readonly start: number; readonly end: number }
  | { readonly origin: Origin; readonly flag: string };

export type Scalar = string | number | boolean | null;

export interface LocatedScalar {
  readonly kind: "scalar";
  readonly value: Scalar;
  readonly place: Place;
}

export interface LocatedList {
  readonly kind: "list";
  readonly items: readonly Located[];
  readonly place: Place;
}

export interface LocatedMapping {
  readonly kind: "mapping";
  readonly entries: ReadonlyMap<string, Entry>;
  readonly place: Place;
}

export type Located = LocatedScalar | LocatedList | LocatedMapping;

/** A value and the place of its key. An error about a missing key points at the key above it. */
export interface Entry {
  readonly key: Place;
  readonly value: Located;
}

export type Path = readonly (string | number)[];

/** Lays the upper tree over the lower. Mappings merge key by key; any other value replaces what was there. */
export function layOver(lower: Located | undefined, upper: Located): Located {
  if (lower?.kind !== "mapping" || upper.kind !== "mapping") return upper;
  const entries = new Map(lower.entries);
  for (const [key, entry] of upper.entries) {
    const below = entries.get(key);
    const merges = below?.value.kind === "mapping" && entry.value.kind === "mapping";
    // A merged mapping keeps its place: errors about missing keys point there.
    entries.set(key, merges ? { key: below.key, value: layOver(below.value, entry.value) } : entry);
  }
  return { ...lower, entries };
}

/** The value at a path, or undefined if there is none. */
export function valueAt(root: Located | undefined, path: Path): Located | undefined {
  let node = root;
  for (const step of path) {
    if (node?.kind === "mapping") node = node.entries.get(String(step))?.value;
    else if (node?.kind === "list") node = node.items[Number(step)];
    else return undefined;
  }
  return node;
}

/** The place to point at for a path: its value, else the last key on the way to it, else `otherwise`. */
export function placeAt(root: Located | undefined, path: Path, otherwise: Place): Place {
  let node = root;
  let place = otherwise;
  for (const step of path) {
    const entry = node?.kind === "mapping" ? node.entries.get(String(step)) : undefined;
    const item = node?.kind === "list" ? node.items[Number(step)] : undefined;
    if (!entry && !item) return place;
    place = entry?.key ?? item!.place;
    node = entry?.value ?? item;
  }
  return node && !isNothing(node) ? node.place : place;
}

/** The tree with another value at a path. Missing mappings on the way are made; any other value on the way stays. */
export function withValue(root: Located | undefined, path: readonly string[], value: Located): Located {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (root && root.kind !== "mapping") return root;
  const entries = new Map(root?.entries);
  const below = entries.get(first);
  entries.set(first, { key: below?.key ?? value.place, value: withValue(below?.value, rest, value) });
  return { kind: "mapping", entries, place: root?.place ?? value.place };
}

/** The tree without the key at a path. */
export function withoutValue(root: Located, path: readonly string[]): Located {
  const [first, ...rest] = path;
  const entry = root.kind === "mapping" && first !== undefined ? root.entries.get(first) : undefined;
  if (root.kind !== "mapping" || first === undefined || !entry) return root;
  const entries = new Map(root.entries);
  if (rest.length === 0) entries.delete(first);
  else entries.set(first, { key: entry.key, value: withoutValue(entry.value, rest) });
  return { ...root, entries };
}

/** The value without its places. */
export function plain(node: Located): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(plain);
  return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, plain(value)]));
}

/** Whether a key was written without a value. */
export function isNothing(node: Located): boolean {
  return node.kind === "scalar" && node.value === null;
}

/** Dotted path and value of each scalar and list below a mapping, in order. */
export function* leaves(node: Located, prefix = ""): Generator<[path: string, leaf: LocatedScalar | LocatedList]> {
  if (node.kind !== "mapping") yield [prefix, node];
  else for (const [key, { value }] of node.entries) yield* leaves(value, prefix ? `${prefix}.${key}` : key);
}
