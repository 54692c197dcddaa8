// Unpacks chosen files from a tar stream (the ustar layout: headers and content in blocks of 512 bytes).
// It writes only members with a given name and size, each to a path that the caller chooses. It skips everything else, so no
// entry can write to another place or fill the disk.
import { open } from "node:fs/promises";
import { UserError } from "../errors.ts";

/** A member to unpack. */
export interface TarMember {
  readonly size: number;
  /** The file to write. */
  readonly path: string;
}

const blockBytes = 512;

/**
 * Writes the members to their paths.
 * @param stream chunks of the archive, no longer compressed
 * @param name what to call the archive in errors
 * @throws UserError if the archive is damaged, a member's size is not the expected one, or a member is missing
 */
export async function extractTar(
  stream: AsyncIterable<Uint8Array>,
  members: ReadonlyMap<string, TarMember>,
  name: string,
): Promise<void> {
  const missing = new Set(members.keys());
  const take = byteReader(stream, name);
  while (missing.size > 0) {
    const header = Buffer.alloc(blockBytes);
    let filled = 0;
    await take(blockBytes, async (chunk) => {
      header.set(chunk, filled);
      filled += chunk.length;
    });
    const entry = readHeader(header, name);
    if (entry === undefined) break;
    const member = missing.delete(entry.name) ? members.get(entry.name) : undefined;
    if (member === undefined) {
      await take(entry.size, async () => {});
    } else {
      if (entry.size !== member.size) {
        throw new UserError(`Expected ${entry.name} in ${name} to have ${member.size} bytes, got ${entry.size}.`);
      }
      const file = await open(member.path, "w");
      try {
        await take(entry.size, async (chunk) => {
          await file.writeFile(chunk);
        });
        await file.sync();
      } finally {
        await file.close();
      }
    }
    await take((blockBytes - (entry.size % blockBytes)) % blockBytes, async () => {});
  }
  if (missing.size > 0)
    throw new UserError(`Expected ${name} to contain ${[...missing].join(", ")}, got no such member.`);
}

/** Name and size of an entry, or undefined for the block of zeros that ends an archive. */
function readHeader(header: Buffer, archive: string): { name: string; size: number } | undefined {
  if (header.every((byte) => byte === 0)) return undefined;
  const text = (start: number, length: number) => {
    const field = header.subarray(start, start + length);
    const end = field.indexOf(0);
    return field.toString("latin1", 0, end < 0 ? length : end).trim();
  };
  // The checksum is the sum of the header's bytes with its own field taken as spaces.
  const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
  const size = text(124, 12);
  if (Number.parseInt(text(148, 8), 8) !== sum || !/^[0-7]{1,11}$/.test(size)) {
    throw new UserError(`Expected ${archive} to be a tar archive, got a damaged header.`);
  }
  const prefix = text(257, 5) === "ustar" ? text(345, 155) : "";
  const name = text(0, 100);
  return { name: prefix ? `${prefix}/${name}` : name, size: Number.parseInt(size, 8) };
}

/** A function that passes on exactly the given number of bytes of the stream, in pieces. */
function byteReader(stream: AsyncIterable<Uint8Array>, name: string) {
  const chunks = stream[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array(0);
  return async (count: number, use: (chunk: Uint8Array) => Promise<void>): Promise<void> => {
    for (let left = count; left > 0; ) {
      if (rest.length === 0) {
        const next = await chunks.next();
        if (next.done) throw new UserError(`Expected ${name} to be a whole tar archive, got one that ends early.`);
        rest = next.value;
        continue;
      }
      const piece = rest.subarray(0, left);
      rest = rest.subarray(piece.length);
      left -= piece.length;
      await use(piece);
    }
  };
}
