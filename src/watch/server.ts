// Serves the pages of experiments on loopback, and tells open pages by server-sent events when they have changed.
// Reads no files: the caller passes functions that make a page and tell whether it has changed.
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { errorCode, UserError } from "../errors.ts";
import type { Page } from "../reports/pages.ts";
import { liveScript } from "./live-script.ts";
import { nothingHere, route } from "./requests.ts";

/** What is watched. */
export interface WatchSource {
  /** Names of the experiments that exist now. */
  experiments(): readonly string[];
  /** The page about all experiments. */
  index(): Promise<Page>;
  page(experiment: string): Promise<Page>;
  /** A text that changes whenever the experiment's page changes. */
  signature(experiment: string): string;
  /** Called with the reason if a page could not be made. */
  problem(error: unknown): void;
}

const loopback = "127.0.0.1";

const securityHeaders = {
  "Cache-Control": "no-store",
  "Content-Security-Policy":
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

/** A running server. Must be closed. */
export class WatchServer {
  readonly url: string;
  readonly #server: Server;
  readonly #source: WatchSource;
  readonly #listeners = new Set<ServerResponse>();
  readonly #signatures = new Map<string, string>();
  /** Pages by experiment; "" is the index. */
  readonly #pages = new Map<string, MadePage>();
  #pageSeconds = 0;

  private constructor(server: Server, source: WatchSource) {
    this.#server = server;
    this.#source = source;
    this.url = `http://${loopback}:${(server.address() as AddressInfo).port}/`;
    this.check();
    server.on("request", (request, response) => void this.#answer(request, response));
  }

  /** Listens on a port of loopback; 0 means any free port. @throws UserError where the port is in use or not allowed */
  static open(source: WatchSource, port: number): Promise<WatchServer> {
    const server = createServer();
    return new Promise((resolve, reject) => {
      server.once("error", (error) => {
        const code = errorCode(error);
        if (code !== "EADDRINUSE" && code !== "EACCES") return reject(error);
        const problem = code === "EACCES" ? "one that this user may not open" : "one in use";
        reject(new UserError(`Expected port ${port} to be free, got ${problem}.`, ["--port 0 uses any free port."]));
      });
      server.listen(port, loopback, () => resolve(new WatchServer(server, source)));
    });
  }

  /** How long the last page took to make. Frequent checks make pages often, on the cores that train. */
  get pageSeconds(): number {
    return this.#pageSeconds;
  }

  /** Looks for changes and tells the open pages. */
  check(): void {
    for (const experiment of this.#source.experiments()) {
      const signature = this.#source.signature(experiment);
      if (this.#signatures.get(experiment) === signature) continue;
      this.#signatures.set(experiment, signature);
      for (const listener of this.#listeners) {
        listener.write(`event: change\ndata: ${JSON.stringify({ experiment })}\n\n`);
      }
    }
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = route(request, this.#source.experiments());
    if (target.kind === "refusal") return refuse(response, target.status, target.message);
    if (target.kind === "events") return this.#listen(request, response);
    try {
      const experiment = target.experiment ?? "";
      const { page: made, version } = this.#page(experiment);
      const page = await made;
      const file =
        target.file === ""
          ? { type: "text/html; charset=utf-8", content: () => livePage(page.html, experiment, version) }
          : page.files.get(target.file);
      if (!file) return refuse(response, 404, nothingHere);
      const content = await file.content();
      response.writeHead(200, { ...securityHeaders, "Content-Type": file.type });
      response.end(request.method === "HEAD" ? undefined : content);
    } catch (error) {
      refuse(response, 500, "The page could not be made; see the terminal for the reason.");
      this.#source.problem(error);
    }
  }

  #listen(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { ...securityHeaders, "Content-Type": "text/event-stream" });
    const versions = Object.fromEntries(["", ...this.#signatures.keys()].map((each) => [each, this.#version(each)]));
    response.write(`event: versions\ndata: ${JSON.stringify(versions)}\n\n`);
    if (request.method === "HEAD") {
      response.end();
      return;
    }
    this.#listeners.add(response);
    request.on("close", () => this.#listeners.delete(response));
  }

  /** The current page of an experiment ("" is the index), made only once however often it is requested. */
  #page(experiment: string): MadePage {
    this.check();
    const version = this.#version(experiment);
    const known = this.#pages.get(experiment);
    if (known?.version === version) return known;
    const start = performance.now();
    const making = experiment === "" ? this.#source.index() : this.#source.page(experiment);
    const page = making.finally(() => {
      this.#pageSeconds = (performance.now() - start) / 1000;
    });
    const made = { version, page };
    this.#pages.set(experiment, made);
    return made;
  }

  /** A short text that changes whenever a page changes. */
  #version(experiment: string): string {
    const signature =
      experiment === "" ? JSON.stringify([...this.#signatures]) : (this.#signatures.get(experiment) ?? "");
    return createHash("sha256").update(signature).digest("hex").slice(0, 16);
  }
}

/** A page with the version that it had when it was made. */
interface MadePage {
  readonly version: string;
  readonly page: Promise<Page>;
}

function refuse(response: ServerResponse, status: number, message: string): void {
  const allow = status === 405 ? { Allow: "GET, HEAD" } : {};
  response.writeHead(status, { ...securityHeaders, ...allow, "Content-Type": "text/plain; charset=utf-8" });
  response.end(`${message}\n`);
}

/**
 * A page with the script that follows changes at the end of its body. The page's own security policy forbids all
 * connections, so it is removed; the policy in the answer's head allows connections to this server.
 */
function livePage(html: string, experiment: string, version: string): string {
  const page = html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, "");
  const end = page.lastIndexOf("</body>");
  return page.slice(0, end) + liveScript(experiment, version) + page.slice(end);
}
