// Bilinear resizing of batches in memory, with pixel centres at half coordinates. It does not smooth before a reduction: it
// is meant for the moderate factors of tests at several scales.

/**
 * Images [count, height, width, channels] to [count, newHeight, newWidth, channels]. It is linear, so subtracting a mean
 * image before it is the same as subtracting the resized mean after it.
 */
export function resizeBilinear(
  images: Float32Array,
  [count, height, width, channels]: readonly [number, number, number, number],
  newHeight: number,
  newWidth: number,
): Float32Array {
  const rows = sampling(height, newHeight);
  const columns = sampling(width, newWidth);
  const resized = new Float32Array(count * newHeight * newWidth * channels);
  let to = 0;
  for (let image = 0; image < count; image++) {
    for (const row of rows) {
      const above = (image * height + row.before) * width;
      const below = (image * height + row.after) * width;
      for (const column of columns) {
        for (let channel = 0; channel < channels; channel++) {
          const at = (start: number, x: number) => images[(start + x) * channels + channel]!;
          const upper = mix(at(above, column.before), at(above, column.after), column.share);
          const lower = mix(at(below, column.before), at(below, column.after), column.share);
          resized[to++] = mix(upper, lower, row.share);
        }
      }
    }
  }
  return resized;
}

/** For each new pixel of a side, the two old pixels around it, and the share of the second. */
function sampling(length: number, newLength: number): { before: number; after: number; share: number }[] {
  return Array.from({ length: newLength }, (_, index) => {
    const centre = ((index + 0.5) * length) / newLength - 0.5;
    const place = Math.min(length - 1, Math.max(0, centre));
    const before = Math.floor(place);
    return { before, after: Math.min(length - 1, before + 1), share: place - before };
  });
}

function mix(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}
