import type { Ledger, LedgerFile, LedgerImage } from "../../../promotion/ledger/ledger";
import type { Mentions } from "../../../promotion/manifests/mentions";
import type { Withdrawn } from "../../../promotion/promoted";
import type { RemovalOptions, RemovalTarget } from "../../../promotion/withdrawal/plan-removals";

export const now = "2026-12-01T12:00:00.000Z";
/** Longer ago than the waiting time. */
export const longAgo = "2026-11-20T12:00:00.000Z";
export const lately = "2026-11-30T12:00:00.000Z";

/** A digest that ends with a few characters. */
export function digestOf(end: string): string {
  return `sha256:${end.padStart(64, "0")}`;
}

export interface ShortImage {
  readonly repository?: string;
  readonly digest: string;
  readonly tags?: readonly string[];
  readonly children?: readonly string[];
  readonly blobs?: readonly string[];
  readonly attachedTo?: string;
  readonly project?: string;
  /** When it was hidden. */
  readonly hidden?: string;
  readonly removedFrom?: readonly string[];
  readonly hiddenTags?: Readonly<Record<string, string>>;
}

export function image(short: ShortImage): LedgerImage {
  const { repository = "app/a", digest, tags = [], children = [], blobs = [`c${digest}`], attachedTo, hidden } = short;
  const withdrawal = (since: string) => ({ hidden: since, reason: "broken", removedFrom: short.removedFrom ?? [] });
  return {
    project: short.project ?? "app",
    repository,
    digest: digestOf(digest),
    tags,
    promotion: 1,
    manifests: children.map(digestOf),
    blobs: blobs.map(digestOf),
    ...(attachedTo !== undefined && { attachedTo: digestOf(attachedTo) }),
    ...(hidden !== undefined && { withdrawn: withdrawal(hidden) }),
    ...(short.hiddenTags && {
      withdrawnTags: Object.fromEntries(Object.entries(short.hiddenTags).map(([tag, at]) => [tag, withdrawal(at)])),
    }),
  };
}

export function file(path: string, hidden?: string): LedgerFile {
  const base = { project: "app", path, sha256: "a".repeat(64), promotion: 1 };
  return hidden === undefined ? base : { ...base, withdrawn: { hidden, reason: "broken", removedFrom: [] } };
}

export function ledger(images: readonly LedgerImage[], files: readonly LedgerFile[] = []): Ledger {
  return { format: 1, newest: 1, images, files, complete: {} };
}

const place = { file: "app/withdrawn.yaml", line: 1, column: 1 };
const base = { project: "app", destinations: "all", reason: "broken", date: "2020-01-01", place } as const;

/** Entries: `REPOSITORY@END`, `REPOSITORY:TAG`, or a path that begins with `/`. */
export function withdrawn(...names: readonly string[]): Withdrawn[] {
  return names.map((name): Withdrawn => {
    if (name.startsWith("/")) return { kind: "file", ...base, path: name.slice(1) };
    const [repository = "", digest] = name.split("@");
    if (digest !== undefined) return { kind: "image", ...base, repository, digest: digestOf(digest), tags: [] };
    const [own = "", tag = ""] = name.split(":");
    return { kind: "image", ...base, repository: own, tags: [tag] };
  });
}

/** What manifests name, in the same short form. */
export function mentions(names: readonly string[], more: Partial<Mentions> = {}): Mentions {
  return {
    images: new Set(
      names.filter((name) => name.includes("@")).map((name) => name.replace(/@(.*)/, (_, end) => `@${digestOf(end)}`)),
    ),
    tags: new Set(names.filter((name) => name.includes(":"))),
    files: new Set(names.filter((name) => name.startsWith("/")).map((name) => name.slice(1))),
    projects: new Set(["app"]),
    prefixes: new Map([
      ["images app", ["app/"]],
      ["files app", [""]],
    ]),
    unclear: new Set(),
    isComplete: true,
    ...more,
  };
}

export const targets: readonly RemovalTarget[] = [
  { kind: "registry", mirror: "aws/eu", isOrigin: false, filling: "run", mayRemove: true },
  { kind: "blobs", mirror: "aws/eu", isOrigin: false, filling: "run", mayRemove: true },
  { kind: "registry", mirror: "google/us", isOrigin: true, filling: "run", mayRemove: true },
  { kind: "files", mirror: "google/us", isOrigin: true, filling: "run", mayRemove: true },
  { kind: "files", mirror: "campus/lab", isOrigin: false, filling: "donor", mayRemove: false },
  { kind: "registry", mirror: "old/one", isOrigin: false, filling: "run", mayRemove: false },
];

export function options(
  of: Ledger,
  withdrawnNames: readonly string[],
  promised: readonly string[] = [],
  more: Partial<RemovalOptions> = {},
): RemovalOptions {
  const manifests = { withdrawn: withdrawn(...withdrawnNames), mentions: mentions(promised) };
  return { ledger: of, manifests, targets, now, deleteAfter: 7, ...more };
}
