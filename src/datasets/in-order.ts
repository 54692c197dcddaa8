// Work on many items at once whose results are wanted one after another.
import { availableCores } from "../system/cores.ts";

/** The results in the order of the items, some ahead of the one that is waited for. */
export async function* inOrder<T, R>(items: readonly T[], work: (item: T) => Promise<R>): AsyncGenerator<R> {
  const underWay: Promise<R>[] = [];
  let next = 0;
  const most = 4 * availableCores();
  while (next < items.length || underWay.length > 0) {
    while (next < items.length && underWay.length < most) {
      const promise = work(items[next++]!);
      promise.catch(() => {}); // it is answered for when its turn comes
      underWay.push(promise);
    }
    yield await underWay.shift()!;
  }
}
