import { StoreError } from "../store-error";
import { headBlob } from "./blob-reads";
import { headManifest } from "./manifest-requests";
import type { RegistryConnection } from "./registry-connection";

/** Pauses before what was written is asked for again, in milliseconds: some registries show it only after seconds. */
const pauses = [250, 1_000, 2_000, 4_000, 8_000];

const lost = ({ host }: RegistryConnection, what: string) =>
  new StoreError(`${host} accepted ${what}, but does not have it: push it again`, "absent");

/** Asks until the answer is there, a few times. @throws the reason of the signal, also during a pause */
async function askAgain<T>(
  of: RegistryConnection,
  ask: () => Promise<T | undefined>,
  signal: AbortSignal | undefined,
): Promise<T | undefined> {
  for (const milliseconds of pauses) {
    const found = await ask();
    if (found !== undefined) return found;
    await of.wait(milliseconds, signal);
  }
  return ask();
}

/** Makes sure that a blob is there. @throws StoreError "absent", or "corrupt" if it has another size */
export async function confirmBlob(of: RegistryConnection, digest: string, size: number, signal?: AbortSignal) {
  const found = await askAgain(of, () => headBlob(of, digest, signal), signal);
  if (found === undefined) throw lost(of, `${of.name}@${digest}`);
  if (found !== size) {
    throw new StoreError(`${of.host} has ${found} bytes instead of ${size} for ${digest}: remove it there`, "corrupt");
  }
}

/**
 * Makes sure that a tag or digest leads to a digest. A tag that led elsewhere before may still do so for a while.
 *
 * @throws StoreError "absent", or "corrupt" if it leads elsewhere
 */
export async function confirmManifest(of: RegistryConnection, digest: string, reference: string, signal?: AbortSignal) {
  let other: string | undefined;
  const ask = async () => {
    const facts = await headManifest(of, reference, signal);
    other = facts?.digest;
    return other === digest ? facts : undefined;
  };
  const found = await askAgain(of, ask, signal);
  if (found !== undefined) return;
  if (other === undefined) throw lost(of, `${of.name}:${reference}`);
  throw new StoreError(`${of.host} has ${other} for ${of.name}:${reference}, not ${digest}: push it again`, "corrupt");
}
