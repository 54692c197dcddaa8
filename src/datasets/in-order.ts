// Works on many items at once and gives the results in order.
import { availableCores } from "../system/cores.ts";

/** The results in the order of the items. Several items are worked on ahead. */
export async function* inOrder<T, R>(items: readonly T[], work: (item: T) => Promise<R>): AsyncGenerator<R> {
  const underWay: Promise<R>[] = [];
  let next = 0;
  const most = 4 * availableCores();
  while (next < items.length || underWay.length > 0) {
    while (next < items.length && underWay.length < most) {
      const promise = work(items[next++]!);
      promise.catch(() => {}); // a failure is thrown when its turn comes
      underWay.push(promise);
    }
    yield await underWay.shift()!;
  }
}
