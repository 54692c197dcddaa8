// The software of runs as entities: this program at a commit, the engines, Node.js and the packages that it used.
import type { Provenance, RecordedEngine } from "../records/provenance.ts";
import { type Entity, propertyValue, to } from "./entity.ts";

const ownName = "resnet-exp";

/** The programs that trained a run, and the entities that they refer to. */
export interface Software {
  /** This program, once for each commit of the run's sittings. */
  readonly programs: readonly Entity[];
  readonly parts: readonly Entity[];
}

/** The software of a run. */
export function softwareOf(provenance: Provenance): Software {
  const { [ownName]: version = "unknown", ...packages } = provenance.packages;
  const sittings = [provenance, ...(provenance.sittings ?? [])];
  const requirements = [
    application("Node.js", provenance.node.replace(/^v/, ""), { url: "https://nodejs.org/" }),
    ...Object.entries(packages).map(([name, version]) => application(name, version)),
    ...sittings.map(({ engine }) => engineApplication(engine)),
  ];
  const commits = new Map(sittings.map((sitting) => [commitText(sitting), sitting.gitCommit ?? undefined]));
  const parts: Entity[] = [...requirements];
  const programs = [...commits].map(([text, gitCommit]) => {
    const commit = gitCommit === undefined ? undefined : propertyValue({ name: "commit", value: gitCommit });
    if (commit) parts.push(commit);
    return application(ownName, version, {
      "@id": `#${ownName}-${version}${gitCommit === undefined ? "" : `-${text.replace(" ", "-")}`}`,
      description: `Trains the nets of "Deep Residual Learning for Image Recognition" from experiment files (${text})`,
      ...(commit && { identifier: to(commit) }),
      softwareRequirements: [...new Set(requirements.map((each) => each["@id"]))].map((id) => ({ "@id": id })),
    });
  });
  return { programs, parts };
}

/** "0123456789", or "0123456789 with changes" where files differed from the commit. */
function commitText({ gitCommit, gitDirty }: { gitCommit?: string | null; gitDirty?: boolean | null }): string {
  if (!gitCommit) return "no commit known";
  return `commit ${gitCommit.slice(0, 10)}${gitDirty ? " with changes" : ""}`;
}

function engineApplication({ name, version, description, variant, threads }: RecordedEngine): Entity {
  const words = [description, variant, `${threads} threads`].filter((word) => word !== undefined).join(", ");
  return application(`engine ${name}`, version, { description: words });
}

function application(name: string, version: string, more: Readonly<Record<string, unknown>> = {}): Entity {
  const id = `${name}-${version}`.toLowerCase().replace(/[^a-z0-9.-]+/g, "-");
  return { "@id": `#${id}`, "@type": "SoftwareApplication", name, softwareVersion: version, ...more };
}
