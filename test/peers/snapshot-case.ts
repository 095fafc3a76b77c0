import assert from "node:assert/strict";
import { parse } from "yaml";
import { blobContainer } from "../../inventory/names";
import type { PromotionScene } from "./promotion-case";
import { runSnapshot } from "./promotion-command";
import { projectFolder } from "./promotion-project";
import { buckets, type PromotionStores } from "./promotion-stores";
import type { Report } from "./report";

/** A manifest as a snapshot prints it: a list of images, or an object with files. */
type Manifest =
  | readonly { readonly name: string; readonly dmap: Readonly<Record<string, readonly string[]>> }[]
  | { readonly files: readonly { readonly name: string; readonly sha256: string }[] };

/** What a manifest promises, in the form of the scene's promises: digests by `NAME:TAG`, SHA-256 by path. */
function readManifest(text: string): Record<string, string> {
  const manifest = parse(text) as Manifest;
  if ("files" in manifest) return Object.fromEntries(manifest.files.map(({ name, sha256 }) => [name, sha256]));
  const digests = manifest.flatMap(({ name, dmap }) =>
    Object.entries(dmap).flatMap(([digest, tags]) => tags.map((tag) => [`${name}:${tag}`, digest] as const)),
  );
  return Object.fromEntries(digests);
}

/** The mirrors that have been filled, as the command takes them. */
function placesOf({ origin, crane }: PromotionStores) {
  const registries = { registry: `${origin.host}/${projectFolder}`, crane: `${crane.host}/${projectFolder}` };
  const objects = {
    moto: `s3://${buckets.store}/${projectFolder}?region=us-east-1`,
    "fake-gcs": `gs://${buckets.google}/${projectFolder}`,
    azurite: `https://${buckets.azure}.blob.core.windows.net/${blobContainer}/${projectFolder}`,
  };
  return { registries, objects };
}

/** Takes snapshots of mirrors that were filled: they are what was promised. */
export async function checkSnapshots({ stores, home, release }: PromotionScene, report: Report): Promise<void> {
  report.printHead("Snapshots of what was promoted: manifests that promise the same");
  const { registries, objects } = placesOf(stores);
  const kinds = [
    [registries, release.promises.images],
    [objects, release.promises.files],
  ] as const;
  for (const [places, promised] of kinds) {
    for (const [client, place] of Object.entries(places)) {
      await report.runCheck(client, "promote snapshot, twice", client, async () => {
        const text = await runSnapshot(stores, home, place);
        assert.deepEqual(readManifest(text), promised);
        assert.equal(await runSnapshot(stores, home, place), text);
        return "";
      });
    }
  }
}
