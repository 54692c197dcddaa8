// CIFAR-10 (Krizhevsky 2009): 50,000 + 10,000 images of ten classes.
import { type CifarFormat, cifarSource } from "./cifar.ts";

/** The data set as its author publishes it. */
export const cifar10Format: CifarFormat = {
  name: "cifar10",
  title: "CIFAR-10",
  classes: ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
  labelBytes: 1,
  pickleLabels: ["labels"],
  trainFiles: [1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`),
  testFile: "test_batch.bin",
  trainImages: 50_000,
  testImages: 10_000,
  directory: "cifar-10-batches-bin",
  archive: {
    url: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
    bytes: 170_052_171,
    md5: "c32a1d4ab5d03f1284b67883e8d87530",
  },
};

export const cifar10 = cifarSource(cifar10Format);
