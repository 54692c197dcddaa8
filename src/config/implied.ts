// What a key that an experiment file leaves out stands for, where the vocabulary gives it no default: a run without the
// key has none in its record either, so that its id stays. Without zod, so that every room can import it.

export const implied = {
  /** Side of the crop that a net sees of an image in a file (section 3.4). */
  cropSize: 224,
  /** Short side that such an image is resized to in tests (section 3.4). */
  shortSide: 256,
  /** Bounds of its short side in training, both included (section 3.4). */
  scale: { from: 256, to: 480 },
  /** Probability that the last block is kept in a step: without stochastic depth no block is dropped. */
  lastSurvival: 1,
};
