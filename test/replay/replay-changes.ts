import { LocalRegistry } from "../../stores/local/local-registry";
import type { RealChange } from "./read-changes";
import { type ReplayedChange, replayChange } from "./replay-change";

/**
 * Replays changes one after another.
 *
 * @param hosts registries for the origin and a mirror. @default two in this process
 */
export async function replayChanges(
  changes: readonly RealChange[],
  hosts?: { readonly origin: string; readonly mirror: string },
): Promise<ReplayedChange[]> {
  const local = await Promise.all([1, 2, 3].map(() => new LocalRegistry().start()));
  const [staging, origin, mirror] = local as [LocalRegistry, LocalRegistry, LocalRegistry];
  const replayed: ReplayedChange[] = [];
  try {
    for (const [at, change] of changes.entries()) {
      for (const { blobs, manifests } of local) {
        blobs.clear();
        manifests.clear();
      }
      const registries = { staging, ...(hosts ?? { origin: origin.host, mirror: mirror.host }) };
      replayed.push(await replayChange(change, registries, `change-${at + 1}`));
    }
    return replayed;
  } finally {
    await Promise.all(local.map((registry) => registry.stop()));
  }
}
