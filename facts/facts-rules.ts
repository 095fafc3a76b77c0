import type { FactsRule } from "./facts-rule";
import { factsMisplaced } from "./rules/facts-misplaced";
import { factsOtherProject } from "./rules/facts-other-project";
import { factsUnknownHost } from "./rules/facts-unknown-host";
import { factsUnknownProvider } from "./rules/facts-unknown-provider";
import { factsUnknownRegion } from "./rules/facts-unknown-region";
import { factsUsedWithoutCredits } from "./rules/facts-used-without-credits";
import { mirrorVanished } from "./rules/mirror-vanished";
import { providerEmptiedTooSoon } from "./rules/provider-emptied-too-soon";

/** The rules of `deployed.yaml`. Their order does not matter: problems are sorted by place. */
export const factsRules: readonly FactsRule[] = [
  factsMisplaced,
  factsOtherProject,
  factsUnknownHost,
  factsUnknownProvider,
  factsUnknownRegion,
  factsUsedWithoutCredits,
  mirrorVanished,
  providerEmptiedTooSoon,
];
