import { expect, test } from "vitest";
import { TensorMemory } from "../../../src/engines/native/memory.ts";

/** A system with this number of bytes, which it has again after they are released. */
function system(bytes: number) {
  let free = bytes;
  return {
    allocate(wanted: number): ArrayBuffer {
      if (wanted > free) throw new RangeError("Out of memory.");
      free -= wanted;
      return new ArrayBuffer(wanted);
    },
    release(buffer: ArrayBuffer): void {
      free += buffer.byteLength;
    },
    free: () => free,
  };
}

test("a run that needed too much returns all its memory to the system, idle memory too, so that the next run can have it", () => {
  const machine = system(1000);
  const memory = new TensorMemory(machine);
  const [first, second] = [memory.take(100), memory.take(50)];
  memory.giveBack(second);
  expect(() => memory.take(110)).toThrow(new RangeError("Out of memory."));
  memory.giveBack(first);
  expect(machine.free()).toBe(1000);
  expect(memory.statistics()).toEqual({ allocations: 2, bytesInUse: 0, bytesIdle: 0 });

  const next = memory.take(240);
  memory.giveBack(next);
  expect(memory.statistics()).toEqual({ allocations: 3, bytesInUse: 0, bytesIdle: 960 });
  expect(memory.take(240)).toBe(next);
});
