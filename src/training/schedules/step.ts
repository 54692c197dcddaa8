// The paper's schedule: the rate falls by a factor at each iteration of a list (sections 3.4 and 4.2).
import type { Schedule } from "./schedule.ts";

/** initial × factor^(drops at or before the iteration) */
export const step: Schedule = ({ initial, dropAt, factor }, iteration) =>
  initial * factor ** dropAt.filter((at) => at <= iteration).length;
