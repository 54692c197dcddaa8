// What every data set of the registry offers, and the options its readers share. Types only.
import type { DatasetConfig } from "../config/schema.ts";
import type { ImageFiles, ImageSet } from "../types.ts";

/** How far a download is, in bytes, or a pass over a data set, in images. */
export interface Progress {
  /** What it is about: a file, or what is done. */
  readonly file: string;
  readonly done: number;
  readonly total: number;
}

/** What a look at every file of a data set found. */
export interface Inspection {
  /** A sentence each; none where all is well. */
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

/** Where to look for files, and whom to tell about a download. */
export interface DatasetOptions {
  /** `--data`: the directory that holds the data; else RESNET_EXP_DATA, else the cache. */
  readonly data?: string | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Take a folder of images where a class has none. */
  readonly emptyClasses?: "allow" | undefined;
}

/** Sizes that are known before any file is read; counts are those of the whole data set. */
export interface DatasetShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly classes: number;
  readonly trainImages: number;
  readonly testImages: number;
}

/** What is known of a data set's files before any image is opened. */
export interface Survey {
  /** As openDataset reports it. */
  readonly digest: string;
  readonly trainImages: number;
  readonly testImages: number;
}

/** The first images of each split, as many as asked for. */
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
  /** What to do where it is not on this machine, in a few words: a command, or where it is to be had. */
  readonly wayToGet: string;
  /** The directory its files are in, "" where it needs none, undefined where they are not on this machine. */
  locate(options: DatasetOptions): string | undefined;
  /** Undefined where a file is not on this machine. Never downloads. */
  survey(options: DatasetOptions): Promise<Survey | undefined>;
  /** Puts its files where `locate` finds them and returns the directory. @throws UserError that lists the ways out */
  fetch(options: DatasetOptions): Promise<string>;
  /** What lies there that is nearly it, a hint a line, where it is not on this machine. */
  nearby?(options: DatasetOptions): string[];
  /** Looks at every file where `read` does not. */
  inspect?(options: DatasetOptions): Promise<Inspection>;
  /** Reads it, after downloading it where that is possible. @throws UserError naming file, expected and got. */
  read(limits: Omit<DatasetConfig, "name" | "validationImages">, options: DatasetOptions): Promise<Content<Images>>;
}
