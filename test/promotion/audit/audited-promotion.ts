import { type Audit, type AuditOptions, auditMirrors } from "../../../promotion/audit/audit-mirrors";
import type { Ledger, LedgerImage } from "../../../promotion/ledger/ledger";
import { targetName } from "../../../promotion/plan/target-name";
import type { Promoted } from "../../../promotion/promoted";
import { createContent } from "../../../stores/registry/content";
import type { MemoryPlace } from "../run/memory-place";
import type { SmallPromotion } from "../run/small-promotion";

const place = { file: "manifest.yaml", line: 1, column: 1 };

/** What the manifests of a small promotion promise. */
export function promisedBy({ images, files }: SmallPromotion, withdrawn: Promoted["withdrawn"] = []): Promoted {
  return {
    projects: ["app", "tools"],
    images: images.map(({ project, repository, digest, tags }) => ({
      project,
      source: `staging.example.org/${repository}`,
      repository,
      digest,
      tags,
      destinations: "all",
      place,
    })),
    files: files.map(({ project, path, bytes }) => ({
      project,
      source: "gs://staging/",
      name: path,
      path,
      sha256: createContent("", bytes).digest.slice(7),
      destinations: "all",
      place,
    })),
    withdrawn,
  };
}

/** Audits a small promotion. */
export function audit(promotion: SmallPromotion, more: Partial<AuditOptions> = {}): Promise<Audit> {
  const placeOf = (target: Parameters<AuditOptions["open"]>[0]) => {
    const found = promotion.places.get(targetName(target));
    if (!found) throw new Error(`no registry ${target.mirror}`);
    return found;
  };
  return auditMirrors({
    promoted: promisedBy(promotion),
    targets: promotion.targets,
    unplaced: [],
    open: (target, repository) => placeOf(target).repository(`${target.root}/${repository}`),
    listRepositories: async (target) => repositoriesOf(placeOf(target), target.root),
    folders: [""],
    sample: 0,
    seed: "seed",
    now: () => 0,
    signal: new AbortController().signal,
    ...more,
  });
}

function repositoriesOf({ manifests }: MemoryPlace, root: string): string[] {
  return [...manifests].flatMap(([name, held]) => (held.size > 0 ? [name.slice(root.length + 1)] : []));
}

/** The findings as `TARGET STATE NAME`. */
export function summarize({ report }: Audit): string[] {
  return report.findings.map(({ target, state, name }) => `${target} ${state} ${name}`);
}

/** The ledger that a run would have written after everything was promoted, from what an audit without one reads. */
export async function createLedger(promotion: SmallPromotion): Promise<Ledger> {
  const { expected } = await audit(promotion);
  const entry = { promotion: 1 } as const;
  return {
    format: 1,
    newest: 1,
    covered: ["app", "tools"],
    complete: {},
    images: expected.images.map(({ destinations: _, ...image }): LedgerImage => ({ ...image, ...entry })),
    files: expected.files.map(({ destinations: _, ...file }) => ({ ...file, ...entry })),
  };
}
