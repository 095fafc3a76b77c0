import { z } from "zod";
import { printable } from "../../document/printable";

/** Who runs, as the lease's object says it. */
export interface LeaseHolder {
  /** The person or job: `alice`, `example-org/artifacts run 123`. */
  readonly who: string;
  /** The commit whose manifests are promoted. */
  readonly commit: string;
  /** When the run began: ISO 8601, UTC, by its own clock. */
  readonly since: string;
}

const text = z.string().max(500);

/** The lease's object. Every write has a different `write`, so that no two versions have the same ETag. */
const leaseRecord = z.object({
  format: z.literal(1),
  /** A random name of the run; null: nobody runs. */
  holder: text.nullable(),
  /** A random name of the write. */
  write: text,
  /** Milliseconds for which each write is valid. */
  term: z.number().min(1).max(3_600_000),
  who: text,
  commit: text,
  since: text,
});

/** What the lease's object contains. */
export type LeaseRecord = z.infer<typeof leaseRecord>;

/** The longest object that is read, in bytes. */
export const longestRecord = 16 * 1024;

/** Reads the lease's object; undefined if it is not one. Its text may come from another version, and is made printable. */
export function readLeaseRecord(bytes: Buffer): LeaseRecord | undefined {
  try {
    const record = leaseRecord.parse(JSON.parse(bytes.toString()));
    const { who, commit, since } = record;
    return { ...record, who: printable(who), commit: printable(commit), since: printable(since) };
  } catch {
    return undefined;
  }
}
