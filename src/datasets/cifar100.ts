// CIFAR-100 (Krizhevsky 2009) with its fine labels: 50,000 + 10,000 images of a hundred classes.
import { type CifarFormat, cifarSource } from "./cifar.ts";

/** The data set as its author publishes it. A record has one of 20 coarse classes before its own class. */
export const cifar100Format: CifarFormat = {
  name: "cifar100",
  title: "CIFAR-100",
  classes: [
    ..."apple, aquarium fish, baby, bear, beaver, bed, bee, beetle, bicycle, bottle, bowl, boy, bridge".split(", "),
    ..."bus, butterfly, camel, can, castle, caterpillar, cattle, chair, chimpanzee, clock, cloud".split(", "),
    ..."cockroach, couch, crab, crocodile, cup, dinosaur, dolphin, elephant, flatfish, forest, fox".split(", "),
    ..."girl, hamster, house, kangaroo, keyboard, lamp, lawn mower, leopard, lion, lizard, lobster".split(", "),
    ..."man, maple tree, motorcycle, mountain, mouse, mushroom, oak tree, orange, orchid, otter".split(", "),
    ..."palm tree, pear, pickup truck, pine tree, plain, plate, poppy, porcupine, possum, rabbit".split(", "),
    ..."raccoon, ray, road, rocket, rose, sea, seal, shark, shrew, skunk, skyscraper, snail, snake".split(", "),
    ..."spider, squirrel, streetcar, sunflower, sweet pepper, table, tank, telephone, television".split(", "),
    ..."tiger, tractor, train, trout, tulip, turtle, wardrobe, whale, willow tree, wolf, woman, worm".split(", "),
  ],
  labelBytes: 2,
  pickleLabels: ["coarse_labels", "fine_labels"],
  trainFiles: ["train.bin"],
  testFile: "test.bin",
  trainImages: 50_000,
  testImages: 10_000,
  directory: "cifar-100-binary",
  archive: {
    url: "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz",
    bytes: 168_513_733,
    md5: "03b5dce01913d631647c71ecec9e9cb8",
  },
};

export const cifar100 = cifarSource(cifar100Format);
