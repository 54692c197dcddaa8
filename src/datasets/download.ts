// The download of one file of known size and MD5 over HTTP. It resumes an earlier try from FILE.part, retries, gives up soon
// if no server answers, and puts the file in place only after it verified it.
// Two processes may download the same file at once: both write the same bytes to the same positions.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { errorCode, errorMessage, UserError } from "../errors.ts";
import { makeDirectory } from "../system/make-directory.ts";
import { type Way, wayOut } from "./proxy.ts";
import type { Progress } from "./source.ts";

/** A file on a server. */
export interface RemoteFile {
  readonly url: string;
  readonly bytes: number;
  /** In hex. */
  readonly md5: string;
}

/** Timeouts and callbacks. Tests pass their own. */
export interface DownloadOptions {
  readonly fetch?: typeof fetch | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the first byte of an answer: a firewall that drops packets never answers. */
  readonly connectMilliseconds?: number | undefined;
  /** Milliseconds between two chunks of the body. */
  readonly stallMilliseconds?: number | undefined;
  /** Milliseconds before the next try. */
  readonly pauseMilliseconds?: number | undefined;
}

/** Number of tries in a row without a new byte before giving up. */
const fruitlessTries = 3;

const mostRedirections = 5;

/** A failure that another try will not fix. */
class FinalError extends Error {}

/**
 * Downloads the file to `path`, through `path.part`.
 * @throws UserError with the last failure, or the reason of `signal` if it fires
 */
export async function download(remote: RemoteFile, path: string, options: DownloadOptions = {}): Promise<void> {
  const part = `${path}.part`;
  makeDirectory(dirname(path));
  const way: Way = options.fetch ? { fetch: options.fetch, hints: [] } : await wayOut();
  for (let fruitless = 0; (await fileBytes(part)) < remote.bytes; ) {
    const before = await fileBytes(part);
    try {
      await fetchRest(remote, part, before, options, way.fetch);
    } catch (error) {
      options.signal?.throwIfAborted();
      fruitless = (await fileBytes(part)) > before ? 0 : fruitless + 1;
      if (error instanceof FinalError || fruitless >= fruitlessTries) {
        const cause = firstCause(error);
        throw new UserError(
          `Expected to download ${remote.url}, got: ${errorMessage(cause).replace(/\.$/, "")}.`,
          [...hintsOn(cause), ...way.hints],
          { cause: error },
        );
      }
      await pause(options.pauseMilliseconds ?? 1000, undefined, { signal: options.signal });
    }
  }
  const md5 = await fileMd5(part);
  if (md5 !== remote.md5) {
    await rm(part, { force: true });
    throw new UserError(
      `Expected ${remote.url} to have MD5 ${remote.md5}, got ${md5}. The downloaded file was deleted.`,
    );
  }
  await rename(part, path);
}

/** MD5 of a file, in hex. */
export async function fileMd5(path: string): Promise<string> {
  const hash = createHash("md5");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** One request for the bytes from `offset` on. */
async function fetchRest(
  remote: RemoteFile,
  part: string,
  offset: number,
  options: DownloadOptions,
  ask: typeof fetch,
): Promise<void> {
  const watch = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, watch.signal]) : watch.signal;
  const giveUp = (milliseconds: number, what: string) =>
    setTimeout(() => watch.abort(new FinalError(`${what} for ${milliseconds / 1000} s`)), milliseconds);
  const stall = options.stallMilliseconds ?? 30_000;
  let timer = giveUp(options.connectMilliseconds ?? 15_000, "no answer");
  let file: FileHandle | undefined;
  try {
    const headers: Record<string, string> = offset > 0 ? { range: `bytes=${offset}-` } : {};
    const response = await follow(remote.url, { headers, signal }, ask);
    let at = startOfBody(response, offset, remote);
    file = await openForWriting(part);
    for await (const chunk of response.body ?? []) {
      clearTimeout(timer);
      if (at + chunk.length > remote.bytes) throw new FinalError(`more than ${remote.bytes} bytes`);
      await file.write(chunk, 0, chunk.length, at);
      at += chunk.length;
      options.onProgress?.({ file: basename(new URL(remote.url).pathname), done: at, total: remote.bytes });
      timer = setTimeout(() => watch.abort(new Error(`nothing more for ${stall / 1000} s`)), stall);
    }
    if (at < remote.bytes) throw new Error(`the connection closed after ${at} of ${remote.bytes} bytes`);
  } catch (error) {
    throw watch.signal.aborted ? watch.signal.reason : error;
  } finally {
    clearTimeout(timer);
    await file?.close();
  }
}

/** The answer after redirections. A redirection from https to another protocol is refused, which fetch would allow. */
async function follow(url: string, request: RequestInit, ask: typeof fetch): Promise<Response> {
  for (let at = new URL(url), redirections = 0; redirections <= mostRedirections; redirections++) {
    const response = await ask(at.href, { ...request, redirect: "manual" });
    const location = response.headers.get("location");
    if (![301, 302, 303, 307, 308].includes(response.status) || location === null) return response;
    await response.body?.cancel();
    const next = new URL(location, at);
    if (at.protocol === "https:" && next.protocol !== "https:") {
      throw new FinalError(`a redirection from https to ${next.protocol}//${next.host}`);
    }
    at = next;
  }
  throw new FinalError(`more than ${mostRedirections} redirections`);
}

/** The position in the file at which the body begins. @throws Error if the server sends something other than the file */
function startOfBody(response: Response, offset: number, remote: RemoteFile): number {
  const { status } = response;
  if (status >= 500 || status === 408 || status === 429) throw new Error(`HTTP status ${status}`);
  if (status !== 200 && status !== 206) throw new FinalError(`HTTP status ${status}`);
  const at = status === 206 ? Number(/^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1]) : 0;
  if (at !== 0 && at !== offset) throw new FinalError(`a range of bytes that was not asked for`);
  const length = response.headers.get("content-length");
  if (length !== null && at + Number(length) !== remote.bytes) {
    throw new FinalError(`${at + Number(length)} bytes where ${remote.bytes} were expected`);
  }
  return at;
}

async function openForWriting(path: string): Promise<FileHandle> {
  await (await open(path, "a")).close();
  return open(path, "r+");
}

async function fileBytes(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

/** The root cause: fetch says only "fetch failed", and its cause may have a cause. */
function firstCause(error: unknown): unknown {
  let cause = error;
  while (cause instanceof Error && cause.cause !== undefined) cause = cause.cause;
  return cause;
}

function hintsOn(cause: unknown): string[] {
  if (!/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/.test(errorCode(cause) ?? "")) return [];
  return ["If a proxy decrypts the traffic, Node.js needs its certificate: NODE_EXTRA_CA_CERTS=FILE"];
}
