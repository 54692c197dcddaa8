// All claims of the papers that our runs can test, in the order of the papers.
import { type ClaimId, claimIds } from "../../config/claim-names.ts";
import { cifarClaims } from "./cifar.ts";
import type { Claim, ClaimFacts } from "./claim.ts";
import { costClaims } from "./cost.ts";
import { followUpClaims } from "./follow-ups.ts";
import { imagenetClaims } from "./imagenet.ts";

const facts = {
  ...imagenetClaims,
  ...costClaims,
  ...cifarClaims,
  ...followUpClaims,
} satisfies Record<ClaimId, ClaimFacts>;

export const claims: readonly Claim[] = claimIds.map((id) => ({ id, ...facts[id] }));
