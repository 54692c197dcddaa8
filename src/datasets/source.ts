// What every data set of the registry offers, and the options its readers share. Types only.
import type { DatasetConfig } from "../config/schema.ts";
import type { ImageSet } from "../types.ts";

/** How far a download is, in bytes. */
export interface Progress {
  readonly file: string;
  readonly done: number;
  readonly total: number;
}

/** Where to look for files, and whom to tell about a download. */
export interface DatasetOptions {
  /** `--data`: the directory that holds the data; else RESNET_EXP_DATA, else the cache. */
  readonly data?: string | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
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

/** The first images of each split, as many as asked for. */
export interface Content {
  readonly digest: string;
  readonly title: string;
  readonly train: ImageSet;
  readonly test: ImageSet;
}

/** One data set of the registry. */
export interface Source {
  readonly shape: DatasetShape;
  readonly classes: readonly string[];
  /** The directory its files are in, "" where it needs none, undefined where they are not on this machine. */
  locate(options: DatasetOptions): string | undefined;
  /** As openDataset reports it; undefined where a file is not on this machine. Never downloads. */
  digest(options: DatasetOptions): Promise<string | undefined>;
  /** Puts its files where `locate` finds them and returns the directory. @throws UserError that lists the ways out */
  fetch(options: DatasetOptions): Promise<string>;
  /** Reads it, after downloading it where that is possible. @throws UserError naming file, expected and got. */
  read(limits: Pick<DatasetConfig, "trainImages" | "testImages">, options: DatasetOptions): Promise<Content>;
}
