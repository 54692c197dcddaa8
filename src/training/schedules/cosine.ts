// Half a period of a cosine, from the initial rate at the first iteration to zero after the last one (Loshchilov and Hutter
// 2017, equation 5, without restarts).
import type { Schedule } from "./schedule.ts";

/** initial × (1 + cos(π · iteration / iterations)) / 2 */
export const cosine: Schedule = ({ initial }, iteration, iterations) =>
  (initial * (1 + Math.cos((Math.PI * iteration) / iterations))) / 2;
