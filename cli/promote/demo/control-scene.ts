import type { RunReport } from "../../../promotion/run/run-report";
import type { Expected } from "./check-mirrors";
import type { DemoImage } from "./demo-image";
import { type DemoProject, demoNames } from "./demo-project";
import type { DemoStores } from "./demo-stores";
import type { Narrator } from "./narrator";

/** The mirrors at which promotions may delete, the origin first: two registries, and a bucket. */
export const ownMirrors = [demoNames.origin, "google/europe-west1", "aws/us-east-2"] as const;

/** What the steps after a promotion work with. */
export interface ControlScene {
  readonly project: DemoProject;
  readonly stores: DemoStores;
  readonly narrator: Narrator;
  /** Both are at all mirrors. */
  readonly first: DemoImage;
  readonly second: DemoImage;
  readonly files: Expected["files"];
  /** Runs a promotion. @param plan a file with a plan */
  carryOut(plan?: string): Promise<RunReport>;
  claimComplete(claim: string, mirrors: readonly string[], expected: Expected): Promise<void>;
}
