import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WatchServer } from "../../src/watch/server.ts";

let server: WatchServer;
let versions: Record<string, number>;
let made: string[];
let problems: unknown[];

const html = (text: string) =>
  `<html><head><meta http-equiv="Content-Security-Policy" content="default-src 'none'"></head><body>${text}</body></html>`;

const source = {
  experiments: () => Object.keys(versions),
  index: async () => {
    made.push("index");
    return { html: html("index"), files: new Map() };
  },
  page: async (experiment: string) => {
    if (experiment === "broken") throw new Error("cannot draw");
    made.push(experiment);
    const files = new Map([["figures/a.csv", { type: "text/csv", content: () => `${experiment} data` }]]);
    return { html: html(`${experiment} ${versions[experiment]}`), files };
  },
  signature: (experiment: string) => String(versions[experiment]),
  problem: (error: unknown) => void problems.push(error),
};

beforeEach(async () => {
  versions = { study: 1, other: 1 };
  made = [];
  problems = [];
  server = await WatchServer.open(source, 0);
});
afterEach(() => server.close());

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

function ask(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url);
    const sent = request({ hostname, port, path, method, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    sent.on("error", reject);
    sent.end();
  });
}

describe("the watch server", () => {
  it("listens on 127.0.0.1 only, and on no other address of this machine", async () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const port = Number(new URL(server.url).port);
    const addresses = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
    for (const host of new Set(["127.0.0.2", "::1", ...addresses])) {
      if (host === "127.0.0.1") continue;
      const connection = connect({ host, port });
      await expect(once(connection, "connect"), host).rejects.toThrow();
    }
  });

  it("serves the page with the script that keeps it up to date, and allows no other connections", async () => {
    const { status, headers, body } = await ask("/study/");
    expect(status).toBe(200);
    expect(body).toMatch(
      /^<html><head><\/head><body>study 1<script>.*new EventSource\("\/events"\).*\("study", "[0-9a-f]{16}"\);<\/script><\/body>/s,
    );
    expect(headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "content-security-policy": expect.stringMatching(/^default-src 'none';.*frame-ancestors 'none'$/),
    });
    expect(headers["access-control-allow-origin"]).toBeUndefined();
    expect(await ask("/study/", {}, "HEAD")).toMatchObject({ status: 200, body: "" });
  });

  it("refuses another name of this machine, another site's page, and unknown paths", async () => {
    expect(await ask("/study/", { Host: "evil.example" })).toMatchObject({ status: 403 });
    expect(await ask("/events", { Origin: "http://evil.example" })).toMatchObject({ status: 403 });
    expect(await ask("/package.json")).toMatchObject({ status: 404, body: "There is no such page here.\n" });
    expect(await ask("/study/", {}, "POST")).toMatchObject({ status: 405, headers: { allow: "GET, HEAD" } });
    expect(made).toEqual([]);
  });

  it("serves the files that a page links to, and no other files", async () => {
    expect(await ask("/study/figures/a.csv")).toMatchObject({
      status: 200,
      body: "study data",
      headers: { "content-type": "text/csv" },
    });
    for (const path of [
      "figures/b.csv",
      "../../package.json",
      "%2e%2e/package.json",
      "figures/..%2f..%2frun.json",
      "figures",
      "run.json",
    ]) {
      expect(await ask(`/study/${path}`)).toMatchObject({ status: 404, body: "There is no such page here.\n" });
    }
  });

  it("makes a page only once while nothing changes", async () => {
    await Promise.all([ask("/study/"), ask("/study/"), ask("/")]);
    await ask("/study/");
    expect(made.toSorted()).toEqual(["index", "study"]);
    versions["study"] = 2;
    expect((await ask("/study/")).body).toContain("study 2");
    await ask("/other/");
    await ask("/");
    expect(made.toSorted()).toEqual(["index", "index", "other", "study", "study"]);
  });

  it("tells open pages which experiment has changed, even a new one", async () => {
    const answer = await fetch(`${server.url}events`);
    expect(answer.headers.get("content-type")).toBe("text/event-stream");
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    let heard = "";
    const hear = async (events: number) => {
      while (heard.split("event: change").length - 1 < events) heard += (await reader.read()).value ?? "";
    };
    expect((await reader.read()).value).toMatch(/^event: versions\n/);
    server.check();
    versions["other"] = 2;
    server.check();
    server.check();
    await hear(1);
    versions["new"] = 1;
    server.check();
    await hear(2);
    expect(heard).toBe('event: change\ndata: {"experiment":"other"}\n\nevent: change\ndata: {"experiment":"new"}\n\n');
    await reader.cancel();
  });

  it("tells a page that begins to listen which version is current", async () => {
    const served = async (path: string) => /, "([0-9a-f]{16})"\);<\/script>/.exec((await ask(path)).body)?.[1];
    const current = async () => {
      const reader = (await fetch(`${server.url}events`)).body!.pipeThrough(new TextDecoderStream()).getReader();
      const event = (await reader.read()).value ?? "";
      await reader.cancel();
      return JSON.parse(/^event: versions\ndata: (.*)\n\n$/.exec(event)?.[1] ?? "{}") as Record<string, string>;
    };
    const [index, study, other] = [await served("/"), await served("/study/"), await served("/other/")];
    expect(await current()).toEqual({ "": index, study, other });
    versions["study"] = 2;
    server.check();
    const after = await current();
    expect(after).toMatchObject({ other });
    expect(after["study"]).not.toBe(study);
    expect(after[""]).not.toBe(index);
    expect(after).toMatchObject({ "": await served("/"), study: await served("/study/") });
  });

  it("keeps serving after a page could not be made, and says why", async () => {
    versions["broken"] = 1;
    expect(await ask("/broken/")).toMatchObject({ status: 500 });
    expect(problems).toEqual([new Error("cannot draw")]);
    expect(await ask("/study/")).toMatchObject({ status: 200 });
  });

  it("says that a port is in use", async () => {
    const port = Number(new URL(server.url).port);
    await expect(WatchServer.open(source, port)).rejects.toMatchObject({
      name: "UserError",
      message: `Expected port ${port} to be free, got one in use.`,
      hints: ["--port 0 uses any free port."],
    });
  });
});
