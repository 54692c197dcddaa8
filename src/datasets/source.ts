// The interface of the data sets in the registry, and the common options of their readers. Types only.
import type { DatasetConfig } from "../config/schema.ts";
import type { ImageFiles, ImageSet } from "../types.ts";
import type { ImageFolder } from "./image-folder.ts";

/** The progress of a download, in bytes, or of a pass over a data set, in images. */
export interface Progress {
  /** A file, or the kind of work. */
  readonly file: string;
  readonly done: number;
  readonly total: number;
}

/** The result of a check of every file of a data set. */
export interface Inspection {
  /** One sentence each; none if all is well. */
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

/** Where to look for files, and callbacks for downloads. */
export interface DatasetOptions {
  /** `--data`: the directory with the data. Default: RESNET_EXP_DATA, else the cache. */
  readonly data?: string | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Whether to accept a folder of images in which a class has none. */
  readonly emptyClasses?: "allow" | undefined;
  /** The share of each class to test on, for a folder of own images that has no test images. */
  readonly testFraction?: number | undefined;
}

/** Sizes that are known before any file is read. The counts are of the whole data set; a folder of own images has none. */
export interface DatasetShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly classes?: number;
  readonly trainImages?: number;
  readonly testImages?: number;
}

/** The facts about a data set's files that are known before any image is opened. */
export interface Survey {
  /** The digest that openDataset reports. */
  readonly digest: string;
  /** Present if the files tell it. */
  readonly classes?: number;
  readonly trainImages: number;
  readonly testImages: number;
}

/** The number of images to read of each split. */
export interface Content<Images = ImageSet | ImageFiles> {
  readonly digest: string;
  readonly title: string;
  readonly classes: readonly string[];
  /** As a data set has them. */
  readonly notes?: readonly string[] | undefined;
  readonly train: Images;
  readonly test: Images;
}

/** One data set of the registry. */
export interface Source<Images = ImageSet | ImageFiles> {
  readonly shape: DatasetShape;
  /** What to do if it is not on this machine, in a few words: a command, or where to get it. */
  readonly wayToGet: string;
  /** The directory of its files; "" if it needs none, undefined if they are not on this machine. */
  locate(options: DatasetOptions): string | undefined;
  /** Undefined if a file is not on this machine. Never downloads. */
  survey(options: DatasetOptions): Promise<Survey | undefined>;
  /** Puts its files where `locate` finds them and returns the directory. @throws UserError with hints for what to do */
  fetch(options: DatasetOptions): Promise<string>;
  /** Hints about directories that are almost right, one per line, if it is not on this machine. */
  nearby?(options: DatasetOptions): string[];
  /** Lists the folder of images, even if shards exist. @throws UserError if there is none */
  list?(options: DatasetOptions): ImageFolder;
  /** Checks every file, if `read` does not. */
  inspect?(options: DatasetOptions): Promise<Inspection>;
  /** Reads it, after a download if that is possible. @throws UserError with the file, what was expected and what came */
  read(limits: Omit<DatasetConfig, "name" | "validationImages">, options: DatasetOptions): Promise<Content<Images>>;
}
