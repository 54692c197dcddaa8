// Decides which requests the watch server answers: only those from a browser that opened this server's pages. A page of
// another site may send requests to loopback, or let its own name resolve to it; Host and Origin reveal both. The port may
// differ from the server's, as with `ssh -L 9000:localhost:8015`.

/** The parts of a request that matter here. Header names are in lower case. */
export interface RequestHead {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: { readonly host?: string | undefined; readonly origin?: string | undefined };
}

export type Route =
  | { readonly kind: "events" }
  /** The page of an experiment, or the index. `file` is the path of a file next to the page, "" for the page itself. */
  | { readonly kind: "page"; readonly experiment: string | undefined; readonly file: string }
  | { readonly kind: "refusal"; readonly status: 403 | 404 | 405; readonly message: string };

/** What a request asks for, or why it is refused. Paths are looked up among known names; none reaches the file system. */
export function route({ method, url, headers }: RequestHead, experiments: readonly string[]): Route {
  const { origin } = headers;
  const host = headers.host?.toLowerCase();
  if (host === undefined || !loopbackHost.test(host)) {
    return refusal(403, "Expected the host to be localhost, 127.0.0.1 or [::1], with any port.");
  }
  if (origin !== undefined && origin.toLowerCase() !== `http://${host}`) {
    return refusal(403, "Expected a request from this server's own page.");
  }
  if (method !== "GET" && method !== "HEAD") return refusal(405, "Expected GET.");
  const path = (url ?? "").split("?")[0]!;
  if (path === "/events") return { kind: "events" };
  // The same paths as the files that `report` writes, so that the pages' links work.
  if (path === "/" || path === "/index.html") return { kind: "page", experiment: undefined, file: "" };
  const experiment = experiments.find((name) => path.startsWith(`/${name}/`));
  if (experiment === undefined) return refusal(404, nothingHere);
  const file = path.slice(experiment.length + 2);
  return { kind: "page", experiment, file: file === "report.html" ? "" : file };
}

/** Names that no other site can have. Names under localhost belong to loopback too. */
const loopbackHost = /^(([a-z0-9-]+\.)*localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/;

export const nothingHere = "There is no such page here.";

function refusal(status: 403 | 404 | 405, message: string): Route {
  return { kind: "refusal", status, message };
}
