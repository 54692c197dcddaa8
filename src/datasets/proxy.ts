// The way of requests from this machine: directly, or through a proxy. The environment names the proxy, as for curl:
// HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, in capitals or small letters.
import { UserError } from "../errors.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A way to send requests, and the sentence that it adds to a message about a failure. */
export interface Way {
  readonly fetch: typeof fetch;
  readonly hints: readonly string[];
}

/** The way that the environment asks for. @throws UserError if its value is not the address of a proxy */
export async function wayOut(environment: Environment = process.env): Promise<Way> {
  const https = proxyIn(environment, "https");
  const http = proxyIn(environment, "http");
  if (!https && !http) return { fetch, hints: [] };
  const { EnvHttpProxyAgent, fetch: proxied } = await import("undici");
  const dispatcher = new EnvHttpProxyAgent({
    // An empty address means no proxy.
    httpsProxy: https?.address ?? "",
    httpProxy: http?.address ?? "",
    noProxy: variable(environment, "no_proxy")?.value ?? "",
  });
  // The library has its own types for the classes of Node.js.
  const ask = (url: string, request: object) => proxied(url, { ...request, dispatcher });
  return { fetch: ask as unknown as typeof fetch, hints: [hint([https, http])] };
}

interface Proxy {
  /** The variable that names it. */
  readonly name: string;
  readonly address: string;
}

function proxyIn(environment: Environment, scheme: "http" | "https"): Proxy | undefined {
  const found = variable(environment, `${scheme}_proxy`) ?? variable(environment, "all_proxy");
  if (!found) return undefined;
  const { name, value } = found;
  const address = value.includes("://") ? value : `http://${value}`;
  if (/^https?:\/\//i.test(address) && URL.canParse(address)) return { name, address };
  throw new UserError(
    `Expected ${name} to be the address of a proxy such as http://host:8080, got ${withoutSecret(value)}.`,
    [
      "Only HTTP and HTTPS proxies are supported, not SOCKS.",
      `To connect without a proxy, leave it empty: ${name}= resnet-exp …`,
    ],
  );
}

function variable(environment: Environment, name: string): { name: string; value: string } | undefined {
  for (const each of [name, name.toUpperCase()]) {
    const value = environment[each];
    // An empty variable in small letters turns off the variable in capitals.
    if (value !== undefined) return value.trim() === "" ? undefined : { name: each, value: value.trim() };
  }
  return undefined;
}

function hint(proxies: readonly (Proxy | undefined)[]): string {
  const words = proxies.flatMap((proxy) => (proxy ? `${withoutSecret(proxy.address)} (${proxy.name})` : []));
  return `Downloads go through the proxy ${[...new Set(words)].join(" or ")}, except downloads from hosts that NO_PROXY names.`;
}

/** An address without its user name and password. */
function withoutSecret(address: string): string {
  return address.replace(/\/\/[^/]*@/, "//");
}
