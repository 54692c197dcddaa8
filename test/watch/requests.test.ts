import { describe, expect, it } from "vitest";
import { route } from "../../src/watch/requests.ts";

const ask = (url: string, headers: Record<string, string> = {}, method = "GET") =>
  route({ method, url, headers: { host: "127.0.0.1:8015", ...headers } }, ["plain-vs-res", "wide"]);

describe("a request", () => {
  it("gets the index, a page of an experiment or the events", () => {
    const index = { kind: "page", experiment: undefined, file: "" };
    expect(ask("/")).toEqual(index);
    expect(ask("/index.html")).toEqual(index);
    const page = { kind: "page", experiment: "plain-vs-res", file: "" };
    expect(ask("/plain-vs-res/")).toEqual(page);
    expect(ask("/plain-vs-res/report.html?x=1", { host: "LOCALHOST:8015" }, "HEAD")).toEqual(page);
    expect(ask("/plain-vs-res/figures/curves.svg")).toEqual({ ...page, file: "figures/curves.svg" });
    expect(ask("/events", { host: "localhost:8015", origin: "http://localhost:8015" })).toEqual({ kind: "events" });
  });

  it.each(["/nothing/", "/plain-vs-res", "/../package.json", "/%2e%2e/package.json", "//etc/passwd", ""])(
    "for %j finds nothing",
    (url) => {
      expect(ask(url)).toMatchObject({ kind: "refusal", status: 404 });
    },
  );

  it.each([
    { host: "evil.example:8015" },
    { host: "evil.example" },
    { host: "localhost.evil.example" },
    { host: "evillocalhost:8015" },
    { host: "192.168.0.1:8015" },
    { host: "" },
    { host: "localhost:9000", origin: "http://localhost:8015" },
    { host: "127.0.0.1:8015.evil.example" },
    { origin: "http://evil.example" },
    { origin: "https://127.0.0.1:8015" },
    { origin: "http://127.0.0.1:9999" },
    { origin: "null" },
  ])("from %j is refused", (headers) => {
    expect(ask("/", headers as Record<string, string>)).toMatchObject({ kind: "refusal", status: 403 });
  });

  it.each(["localhost:9000", "127.0.0.1:1", "127.0.0.1", "[::1]:9000", "lab.localhost:9000"])(
    "that comes through another port of loopback, as %j behind ssh -L, is answered",
    (host) => {
      expect(ask("/events", { host, origin: `http://${host}` })).toEqual({ kind: "events" });
    },
  );

  it("without a host is refused", () => {
    expect(route({ method: "GET", url: "/", headers: {} }, [])).toMatchObject({ status: 403 });
  });

  it("that would change something is refused", () => {
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"]) {
      expect(ask("/", {}, method)).toMatchObject({ kind: "refusal", status: 405 });
    }
  });
});
