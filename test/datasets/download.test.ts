import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { type DownloadOptions, download } from "../../src/datasets/download.ts";
import { temporaryDirectory, write } from "./fixtures.ts";

const body = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * i) % 251));
const md5 = createHash("md5").update(body).digest("hex");
const quick: DownloadOptions = { pauseMilliseconds: 0 };

const proxyVariables = ["http_proxy", "https_proxy", "all_proxy", "no_proxy"].flatMap((name) => [
  name,
  name.toUpperCase(),
]);
beforeEach(() => {
  for (const name of proxyVariables) vi.stubEnv(name, undefined);
});

/** A server on this machine; `requests` collects the Range header of each request. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse, count: number) => void) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.headers.range ?? "");
    answer(request, response, requests.length);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/dir/file.gz`;
  return { remote: { url, bytes: body.length, md5 }, requests };
}

/** Sends the bytes that the Range header requests. */
function sendRange(request: IncomingMessage, response: ServerResponse): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const rest = body.subarray(start);
  const range = `bytes ${start}-${body.length - 1}/${body.length}`;
  response.writeHead(start > 0 ? 206 : 200, {
    "content-length": rest.length,
    ...(start > 0 ? { "content-range": range } : {}),
  });
  response.end(rest);
}

describe("download", () => {
  it("downloads a file and reports its progress", async () => {
    const { remote, requests } = await serve(sendRange);
    const path = join(temporaryDirectory(), "new", "file.gz");
    const seen: number[] = [];
    await download(remote, path, {
      ...quick,
      onProgress: ({ file, done, total }) => {
        expect([file, total]).toEqual(["file.gz", body.length]);
        seen.push(done);
      },
    });
    expect(readFileSync(path)).toEqual(body);
    expect(existsSync(`${path}.part`)).toBe(false);
    expect(seen.at(-1)).toBe(body.length);
    expect(requests).toEqual([""]);
  });

  it("resumes from the part of an earlier try", async () => {
    const { remote, requests } = await serve(sendRange);
    const path = join(temporaryDirectory(), "file.gz");
    write(`${path}.part`, body.subarray(0, 40_000));
    await download(remote, path, quick);
    expect(readFileSync(path)).toEqual(body);
    expect(requests).toEqual(["bytes=40000-"]);
  });

  it("starts again if the server does not resume", async () => {
    const { remote } = await serve((_, response) => response.end(body));
    const path = join(temporaryDirectory(), "file.gz");
    write(`${path}.part`, "no such beginning");
    await download(remote, path, quick);
    expect(readFileSync(path)).toEqual(body);
  });

  it("resumes after a broken connection", async () => {
    const { remote, requests } = await serve((request, response, count) => {
      if (count > 2) return sendRange(request, response);
      response.writeHead(count === 1 ? 200 : 503, count === 1 ? { "content-length": body.length } : {});
      if (count === 2) return response.end();
      response.write(body.subarray(0, 30_000), () => response.destroy());
      return undefined;
    });
    const path = join(temporaryDirectory(), "file.gz");
    await download(remote, path, quick);
    expect(readFileSync(path)).toEqual(body);
    expect(requests.length).toBe(3);
  });

  it("gives up after three tries without a new byte", async () => {
    const { remote, requests } = await serve((_, response) => {
      response.writeHead(503).end();
    });
    await expect(download(remote, join(temporaryDirectory(), "file.gz"), quick)).rejects.toThrow(
      `Expected to download ${remote.url}, got: HTTP status 503.`,
    );
    expect(requests.length).toBe(3);
  });

  it("gives up at once if the file is missing or is another file", async () => {
    const { remote, requests } = await serve((_, response, count) => {
      if (count === 1) response.writeHead(404).end();
      else response.end("<html>Please log in</html>");
    });
    const path = join(temporaryDirectory(), "file.gz");
    await expect(download(remote, path, quick)).rejects.toThrow(
      `Expected to download ${remote.url}, got: HTTP status 404.`,
    );
    await expect(download(remote, path, quick)).rejects.toThrow(
      `Expected to download ${remote.url}, got: 26 bytes where 100000 were expected.`,
    );
    expect(requests.length).toBe(2);
  });

  it("gives up if nothing answers", async () => {
    const { remote } = await serve(() => {});
    await expect(
      download(remote, join(temporaryDirectory(), "file.gz"), { ...quick, connectMilliseconds: 20 }),
    ).rejects.toThrow(`Expected to download ${remote.url}, got: no answer for 0.02 s.`);
  });

  it("follows redirections, from https to https only", async () => {
    const places: Record<string, string> = {
      "https://a.example/f": "/g",
      "https://a.example/g": "https://b.example/f",
      "https://insecure.example/f": "http://b.example/f",
      "https://odd.example/f": "data:,x",
      "https://circle.example/f": "https://circle.example/f",
    };
    const asked: string[] = [];
    const fetch: typeof globalThis.fetch = async (url, request) => {
      expect(request?.redirect).toBe("manual");
      asked.push(String(url));
      const location = places[String(url)];
      return location ? new Response(null, { status: 302, headers: { location } }) : new Response(body);
    };
    const bring = (url: string) => {
      const path = join(temporaryDirectory(), "f");
      return download({ url, bytes: body.length, md5 }, path, { ...quick, fetch }).then(() => readFileSync(path));
    };
    expect(await bring("https://a.example/f")).toEqual(body);
    expect(asked.splice(0)).toEqual(["https://a.example/f", "https://a.example/g", "https://b.example/f"]);
    await expect(bring("https://insecure.example/f")).rejects.toThrow(
      "Expected to download https://insecure.example/f, got: a redirection from https to http://b.example.",
    );
    await expect(bring("https://odd.example/f")).rejects.toThrow("got: a redirection from https to data://.");
    expect(asked.splice(0)).toEqual(["https://insecure.example/f", "https://odd.example/f"]);
    await expect(bring("https://circle.example/f")).rejects.toThrow("got: more than 5 redirections.");
    expect(asked.length).toBe(6);
  });

  it("says why there is no connection", async () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:9"), { code: "ECONNREFUSED" });
    const fetch = () => Promise.reject(new TypeError("fetch failed", { cause: refused }));
    const remote = { url: "http://example.invalid/f", bytes: 1, md5 };
    await expect(download(remote, join(temporaryDirectory(), "f"), { ...quick, fetch })).rejects.toThrow(
      "Expected to download http://example.invalid/f, got: connect ECONNREFUSED 127.0.0.1:9.",
    );
  });

  it("says what to do if a certificate is not trusted", async () => {
    const untrusted = Object.assign(new Error("self-signed certificate"), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    const fetch = () => Promise.reject(new TypeError("fetch failed", { cause: untrusted }));
    const remote = { url: "https://example.invalid/f", bytes: 1, md5 };
    await expect(download(remote, join(temporaryDirectory(), "f"), { ...quick, fetch })).rejects.toMatchObject({
      hints: ["If a proxy decrypts the traffic, Node.js needs its certificate: NODE_EXTRA_CA_CERTS=FILE"],
    });
  });

  it("deletes a file with a wrong MD5", async () => {
    const { remote } = await serve(sendRange);
    const path = join(temporaryDirectory(), "file.gz");
    await expect(download({ ...remote, md5: "0".repeat(32) }, path, quick)).rejects.toThrow(
      `Expected ${remote.url} to have MD5 00000000000000000000000000000000, got ${md5}. The downloaded file was deleted.`,
    );
    expect(existsSync(path) || existsSync(`${path}.part`)).toBe(false);
  });

  it("stops when told to, and keeps its part for the next try", async () => {
    const { remote } = await serve((_, response) => {
      response.writeHead(200, { "content-length": body.length });
      response.write(body.subarray(0, 10_000));
    });
    const path = join(temporaryDirectory(), "file.gz");
    const controller = new AbortController();
    const onProgress = () => controller.abort(new Error("stopped"));
    await expect(download(remote, path, { ...quick, onProgress, signal: controller.signal })).rejects.toThrow(
      "stopped",
    );
    expect(readFileSync(`${path}.part`)).toEqual(body.subarray(0, 10_000));
  });
});

describe("a proxy that the environment names", () => {
  /** A proxy on this machine that opens tunnels. `asked` collects their targets. */
  async function proxy(refusal?: string) {
    const asked: string[] = [];
    const server = createServer();
    const sockets: Socket[] = [];
    server.on("connect", ({ url = "" }: IncomingMessage, client: Socket) => {
      asked.push(url);
      sockets.push(client);
      if (refusal !== undefined) return client.end(`HTTP/1.1 ${refusal}\r\n\r\n`);
      // Every name leads to this machine, so that a test can use a name without an address.
      const upstream = connect(Number(url.split(":")[1]), "127.0.0.1", () => {
        client.write("HTTP/1.1 200 Connection established\r\n\r\n");
        upstream.pipe(client).pipe(upstream);
      });
      sockets.push(upstream);
      for (const socket of [client, upstream]) socket.on("error", () => {});
      return undefined;
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
  }

  /** The file under a name that only the proxy knows. */
  async function behind() {
    const { remote } = await serve(sendRange);
    return { ...remote, url: remote.url.replace("127.0.0.1", "images.invalid") };
  }

  it.each(["http_proxy", "HTTP_PROXY", "ALL_PROXY"])("receives the request: %s", async (name) => {
    const [remote, { address, asked }] = [await behind(), await proxy()];
    vi.stubEnv(name, `http://user:secret@${address}`);
    const path = join(temporaryDirectory(), "file.gz");
    await download(remote, path, quick);
    expect(readFileSync(path)).toEqual(body);
    expect(asked).toEqual([new URL(remote.url).host]);
  });

  it("may lack a scheme in its address, and is not used for hosts that NO_PROXY names", async () => {
    const [{ remote }, { address, asked }] = [await serve(sendRange), await proxy()];
    vi.stubEnv("http_proxy", address);
    await download(remote, join(temporaryDirectory(), "a"), quick);
    expect(asked).toHaveLength(1);
    vi.stubEnv("no_proxy", "example.org,127.0.0.1");
    await download(remote, join(temporaryDirectory(), "b"), quick);
    expect(asked).toHaveLength(1);
  });

  it("is named, without its password, if the download fails", async () => {
    const [remote, { address }] = [await behind(), await proxy("407 Proxy Authentication Required")];
    vi.stubEnv("HTTP_PROXY", `http://user:secret@${address}`);
    await expect(download(remote, join(temporaryDirectory(), "f"), quick)).rejects.toMatchObject({
      message: `Expected to download ${remote.url}, got: Proxy response (407) !== 200 when HTTP Tunneling.`,
      hints: [
        `Downloads go through the proxy http://${address} (HTTP_PROXY), except downloads from hosts that NO_PROXY names.`,
      ],
    });
  });

  it("is refused if it is not an HTTP proxy", async () => {
    vi.stubEnv("https_proxy", "socks5://127.0.0.1:1080");
    const remote = { url: "https://images.invalid/f", bytes: 1, md5 };
    await expect(download(remote, join(temporaryDirectory(), "f"), quick)).rejects.toThrow(
      "Expected https_proxy to be the address of a proxy such as http://host:8080, got socks5://127.0.0.1:1080.",
    );
  });
});
