// Checks that the sources follow the plan in rooms.ts.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, test } from "vitest";
import { everywhere, rooms, roomsTable } from "./rooms.ts";

const root = new URL("..", import.meta.url).pathname;
interface Import {
  readonly file: string;
  readonly target: string;
  readonly typeOnly: boolean;
  readonly dynamic?: boolean;
}

const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .sort();

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, "src", file), "utf8");
  const statements = [...text.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from\s+"([^"]+)"/gm)];
  const dynamic = [...text.matchAll(/\bimport\("([^"]+)"\)/g)];
  return [
    ...statements.map(([, type, target]) => ({ file, target: target!, typeOnly: type !== undefined })),
    ...dynamic.map(([, target]) => ({ file, target: target!, typeOnly: false, dynamic: true })),
  ];
}

function roomOf(path: string): string {
  return path.split("/")[0]!.replace(/\.ts$/, "");
}

const imports = files.flatMap(importsOf);

/** An import from a room: of a file in another room, or of a package. */
interface Crossing extends Import {
  readonly from: string;
  readonly to: string;
  /** The file within the other room, without its ending; undefined for a package, and for a room that is one file. */
  readonly door?: string | undefined;
}

const crossings: readonly Crossing[] = imports.flatMap((one) => {
  if (one.target.startsWith("node:")) return [];
  const from = roomOf(one.file);
  const [path] = inside(one);
  if (path === undefined) return [{ ...one, from, to: packageOf(one.target) }];
  const to = roomOf(path);
  const door = path.includes("/") ? path.slice(to.length + 1).replace(/\.ts$/, "") : undefined;
  return to === from ? [] : [{ ...one, from, to, door }];
});

describe("the rooms of src/", () => {
  test("are all in the plan", () => {
    expect([...new Set(files.map(roomOf))].sort()).toEqual(Object.keys(rooms).sort());
  });

  test("import only what the plan allows", () => {
    const forbidden = crossings.filter(({ from, to, typeOnly }) => {
      const { mayImport, packages = [] } = rooms[from]!;
      const may = [...mayImport, ...packages, ...everywhere];
      return !may.includes(to) && !(typeOnly && may.includes(`${to}!`));
    });
    expect(forbidden).toEqual([]);
  });

  test("are entered by their doors", () => {
    const broken = crossings.filter(({ to, door }) => door !== undefined && !rooms[to]!.doors.includes(door));
    expect(broken.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  test("have no unused door and no unused permission", () => {
    const entered = new Set(crossings.map(({ to, door }) => `${to}/${door}`));
    const used = new Set(crossings.flatMap(({ from, to }) => [`${from} ${to}`, `${from} ${to}!`]));
    const idle = Object.entries(rooms).flatMap(([name, { doors, mayImport, packages = [] }]) => [
      ...doors.map((door) => `${name}/${door}`).filter((door) => !entered.has(door)),
      ...[...mayImport, ...packages].map((to) => `${name} ${to}`).filter((pair) => !used.has(pair)),
    ]);
    expect(idle).toEqual([]);
  });

  test("are listed in CONTRIBUTING as in the plan; `npm run docs` writes the list", async () => {
    const text = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
    const [before, after] = text.split(/^(?:\|.*\n)+(?=\n<!-- end of rooms -->)/m);
    await expect(`${before}${roomsTable()}${after}`).toMatchFileSnapshot("../CONTRIBUTING.md");
  });

  test("have no circular imports, also of types", () => {
    const ahead = new Map(
      files.map((file) => [file, imports.flatMap((one) => (one.file === file ? inside(one) : []))]),
    );
    expect(files.flatMap((file) => circleThrough(file, ahead) ?? []).sort()).toEqual([]);
  });

  test("load TensorFlow.js only in ops, models, engines, training and conformance", () => {
    const users = imports.filter(({ target }) => target.startsWith("@tensorflow/")).map(({ file }) => roomOf(file));
    expect([...new Set(users)].sort()).toEqual(["conformance", "engines", "models", "ops", "training"]);
  });

  test("make reports without TensorFlow.js, and load the drawing libraries only to draw", () => {
    const reached = new Set(files.filter((file) => file.startsWith("reports/")));
    const packages = new Set<string>();
    const loaded = imports.filter(({ typeOnly, dynamic }) => !typeOnly && !dynamic);
    for (const from of reached) {
      for (const { target } of loaded.filter(({ file }) => file === from)) {
        if (target.startsWith(".")) reached.add(posix.join(posix.dirname(from), target));
        else packages.add(packageOf(target));
      }
    }
    expect([...packages].filter((name) => /^@tensorflow|^vega|^sharp$/.test(name))).toEqual([]);
  });

  test("have neither barrels nor default exports nor files named utils", () => {
    expect(files.filter((file) => /(^|\/)(index|utils)\.ts$/.test(file))).toEqual([]);
    const text = (file: string) => readFileSync(join(root, "src", file), "utf8");
    expect(files.filter((file) => /^export default|^export \* from/m.test(text(file)))).toEqual([]);
  });

  test("open each file with a comment that says what it does", () => {
    expect(files.filter((file) => !readFileSync(join(root, "src", file), "utf8").startsWith("// "))).toEqual([]);
  });
});

test("docs/troubleshooting.md names exactly the packages whose install scripts npm runs", () => {
  const read = (file: string) => readFileSync(join(root, file), "utf8");
  const { packages } = JSON.parse(read("package-lock.json")) as {
    packages: Record<string, { hasInstallScript?: boolean }>;
  };
  const scripted = Object.entries(packages).flatMap(([path, { hasInstallScript }]) =>
    hasInstallScript && path !== "" ? path.replace(/^.*node_modules\//, "") : [],
  );
  const [, sentence = ""] =
    /^`npm ci` runs install scripts of ([\s\S]*?)\. `npm ci --ignore-scripts`/m.exec(read("docs/troubleshooting.md")) ??
    [];
  expect([...sentence.matchAll(/`([^`]+)`/g)].map(([, name]) => name).sort()).toEqual([...new Set(scripted)].sort());
});

describe("README and docs", () => {
  const pages = ["README.md", "CONTRIBUTING.md", ...readdirSync(join(root, "docs")).map((file) => `docs/${file}`)];

  test.each(pages)("%s links to files that exist", (page) => {
    const text = readFileSync(join(root, page), "utf8").replace(/^ *```[\s\S]*?^ *```|`[^`\n]*`/gm, "");
    const links = [...text.matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map(([, link]) => link!);
    const lost = links.filter((link) => !existsSync(join(root, posix.dirname(page), link)));
    expect(lost).toEqual([]);
  });

  test.each(pages)("%s has no control characters but newlines", (page) => {
    expect(readFileSync(join(root, page), "utf8")).not.toMatch(/[^\P{Cc}\n]/u);
  });

  test("README is short: the rest stands in docs/", () => {
    expect(readFileSync(join(root, "README.md"), "utf8").split("\n").length).toBeLessThanOrEqual(151);
  });
});

test("only the download of data and the watch server use a network", () => {
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  const network = /node:(https?|http2|net|tls|dgram)"|"undici"|\?\? fetch\b|(?<![.\w])fetch\((?!options: D)/;
  const found = sources.filter((file) => network.test(readFileSync(join(root, "src", file), "utf8")));
  // The script runs in the browser, which lets the page connect to its own server only.
  expect(found.sort()).toEqual(["datasets/proxy.ts", "watch/live-script.ts", "watch/server.ts"]);
});

/** The imported file of src/; undefined for a package. */
function inside({ file, target }: Import): string[] {
  return target.startsWith(".") ? [posix.join(posix.dirname(file), target)] : [];
}

/** The shortest circle of imports from a file to itself: "a.ts > b.ts > a.ts". */
function circleThrough(file: string, ahead: ReadonlyMap<string, readonly string[]>): string | undefined {
  const ways = [[file]];
  const seen = new Set<string>();
  for (const way of ways) {
    for (const next of ahead.get(way.at(-1)!) ?? []) {
      if (next === file) return [...way, next].join(" > ");
      if (!seen.has(next)) ways.push([...way, next]);
      seen.add(next);
    }
  }
  return undefined;
}

function packageOf(target: string): string {
  const [scope, name] = target.split("/");
  return scope!.startsWith("@") ? `${scope}/${name}` : scope!;
}
