// The values implied where an experiment file leaves out a key that has no default. The record of such a run leaves the
// key out too, so that its id stays the same. Does not import zod, so that every room can import this file.

export const implied = {
  /** Side of the crop that the net sees of an image file, in pixels (section 3.4). */
  cropSize: 224,
  /** Short side to which such an image is resized in tests (section 3.4). */
  shortSide: 256,
  /** Smallest and largest short side in training (section 3.4). */
  scale: { from: 256, to: 480 },
  /** Probability that an iteration keeps the last block. Without stochastic depth no block is dropped. */
  lastSurvival: 1,
};
