// The protocol buffers of TensorBoard's event files, as far as scalars need them:
//   Event   { double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5; }
//   Summary { repeated Value value = 1; }   Value { string tag = 1; float simple_value = 2; }
// A field has its number and wire type, then its value. Numbers are little-endian; lengths and steps are varints.

export interface Scalar {
  /** TensorBoard groups charts by the part before the slash. */
  readonly tag: string;
  readonly value: number;
}

const wire = { varint: 0, double: 1, bytes: 2, float: 5 } as const;

/** The first record of every event file. @param wallTime seconds since 1970 */
export function versionEvent(wallTime: number): Uint8Array {
  return Buffer.concat([doubleField(1, wallTime), bytesField(3, Buffer.from("brain.Event:2"))]);
}

/** One step's scalars. @param wallTime seconds since 1970 */
export function scalarEvent(wallTime: number, step: number, scalars: readonly Scalar[]): Uint8Array {
  const values = scalars.map(({ tag, value }) =>
    bytesField(1, Buffer.concat([bytesField(1, Buffer.from(tag)), floatField(2, value)])),
  );
  return Buffer.concat([
    doubleField(1, wallTime),
    key(2, wire.varint),
    varint(step),
    bytesField(5, Buffer.concat(values)),
  ]);
}

/** The step of an event that this file encoded; undefined where it has none. */
export function stepOf(event: Uint8Array): number | undefined {
  // The step follows the wall time, a key and 8 bytes.
  if (event[9] !== key(2, wire.varint)[0]) return undefined;
  let step = 0;
  for (let i = 10, scale = 1; i < event.length; i++, scale *= 128) {
    step += (event[i]! & 0x7f) * scale;
    if (event[i]! < 0x80) return step;
  }
  return undefined;
}

function doubleField(field: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([key(field, wire.double), bytes]);
}

function floatField(field: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([key(field, wire.float), bytes]);
}

function bytesField(field: number, value: Uint8Array): Uint8Array {
  return Buffer.concat([key(field, wire.bytes), varint(value.length), value]);
}

function key(field: number, wireType: number): Uint8Array {
  return varint(field * 8 + wireType);
}

/** Seven bits in each byte, the lowest first. The top bit says that more bytes follow. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
