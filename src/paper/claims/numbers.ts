// The paper's numbers of the nets that claims compare, from its tables and figures, and those nets by their names.
import { curves } from "../curves.ts";
import { paperRows } from "../lookup.ts";
import { responses } from "../responses.ts";
import type { PaperModel } from "../tables.ts";
import type { ClaimNet, PaperNumber } from "./claim.ts";

/** A test error of a table or the end of a curve: a mean where the paper gives one. */
export function testIn(reference: string): PaperNumber {
  return ({ model }) => {
    const row = paperRows(reference, model).find(({ error }) => error !== undefined);
    return row?.mean ?? row?.error;
  };
}

/** The training error at the end of a curve. */
export function trainIn(reference: string): PaperNumber {
  return ({ model }) => paperRows(reference, model)[0]?.trainError;
}

/** The training error on a curve at an iteration. */
export function trainAt(reference: string, iteration: number): PaperNumber {
  return ({ label }) => {
    const curve = curves.find((each) => each.reference === reference && each.label === label && each.set === "train");
    return curve?.points.find((point) => point.iteration === iteration)?.error ?? undefined;
  };
}

/** The mean over the layers of a net in Figure 7. */
export const meanResponse: PaperNumber = ({ label }) => {
  const stds = responses.find((each) => each.label === label)?.stds;
  return stds && stds.reduce((sum, std) => sum + std, 0) / stds.length;
};

/** The numbers of a table that only this claim needs, by the names of the nets. */
export function numbers(byLabel: Readonly<Record<string, number>>): PaperNumber {
  return ({ label }) => byLabel[label];
}

/** plain-18, plain-34: the nets of Table 2 without shortcuts. */
export function plain(depth: number): ClaimNet {
  return { label: `plain-${depth}`, model: { family: "imagenet", depth, block: "plain", shortcut: "none" } };
}

/** ResNet-34 with a kind of shortcut; option A is not named. */
export function residual(depth: number, shortcut: "A" | "B" | "C" = "A"): ClaimNet {
  const block = depth < 50 ? "basic" : "bottleneck";
  return {
    label: `ResNet-${depth}${shortcut === "A" ? "" : ` ${shortcut}`}`,
    model: { family: "imagenet", depth, block, shortcut },
  };
}

/** plain-20 and its like on CIFAR-10 (section 4.2). */
export function plainCifar(depth: number): ClaimNet {
  return { label: `plain-${depth}`, model: { family: "cifar", depth, block: "plain", shortcut: "none" } };
}

/** ResNet-20 and its like on CIFAR-10, with another form of unit where `unit` says so. */
export function residualCifar(depth: number, name = "", unit: Partial<PaperModel> = {}): ClaimNet {
  return {
    label: `ResNet-${depth}${name && ` ${name}`}`,
    model: { family: "cifar", depth, block: "basic", shortcut: "A", ...unit },
  };
}
