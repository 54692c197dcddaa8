// Times the making of training batches from a folder or shards: images a second, and a second of processor time.
// usage: UV_THREADPOOL_SIZE=1 node test/datasets/loader-speed.mjs DIR [PASSES]      (loader_speed.py: torchvision's loader)
import { openDataset } from "../../dist/datasets/dataset.js";
import { openFeed } from "../../dist/datasets/feed.js";

const [data, passes = "3"] = process.argv.slice(2);
const dataset = await openDataset({ name: "imagenet", validationImages: 0 }, { data });
const batchSize = Math.min(64, dataset.train.count);
const iterations = Number(passes) * Math.floor(dataset.train.count / batchSize);
const training = { batchSize, iterations, augmentation: "scale-crop-flip-colour" };
const feed = openFeed(dataset, { training, evaluation: {} }, 0);
await feed.trainingBatch(0);

const start = performance.now();
const before = process.cpuUsage();
for (let iteration = 1; iteration < iterations; iteration++) await feed.trainingBatch(iteration);
const { user, system } = process.cpuUsage(before);
const images = (iterations - 1) * batchSize;
const perSecond = Math.round((1000 * images) / (performance.now() - start));
console.log(`${perSecond} images/s, ${Math.round((1e6 * images) / (user + system))} images per processor second`);
