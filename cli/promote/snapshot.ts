import { formatCount } from "../../document/format-count";
import { formatFiles } from "../../promotion/manifests/format-files";
import { formatImages } from "../../promotion/manifests/format-images";
import { parseSnapshotPlace, type SnapshotPlace } from "../../promotion/manifests/parse-snapshot-place";
import { snapshotBucket } from "../../promotion/manifests/snapshot-bucket";
import { snapshotRegistry } from "../../promotion/manifests/snapshot-registry";
import { StoreOpener } from "../../promotion/targets/store-opener";
import type { BucketPlace } from "../../promotion/targets/store-place";
import { CloudCredentials } from "../../stores/credentials/cloud-credentials";
import { StoreError } from "../../stores/store-error";
import { exitStatus, Failure, requireOption } from "../failure";
import { printMessage } from "../print-message";

const forms =
  "HOST/PATH, gs://BUCKET/PREFIX, s3://BUCKET/PREFIX?region=REGION or https://ACCOUNT.blob.core.windows.net/CONTAINER/PREFIX";

/**
 * `promote snapshot`: prints a manifest of what a registry or a bucket holds.
 *
 * @throws Failure if the place cannot be read, or holds nothing
 */
export async function promoteSnapshotCommand(text: string): Promise<void> {
  const place = requireOption("REGISTRY|BUCKET", text, forms, parseSnapshotPlace(text));
  try {
    process.stdout.write(await snapshot(place, text));
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new Failure(exitStatus.wrongInput, error.message);
  }
}

async function snapshot(place: SnapshotPlace, text: string): Promise<string> {
  const opener = new StoreOpener(process.env, new CloudCredentials(process.env));
  if (place.kind === "registry") {
    const images = await snapshotRegistry({ ...place, findLogin: opener.findLogin({ identities: {} }) });
    requireSome(images.size, text, "images");
    const digests = [...images.values()].reduce((sum, { size }) => sum + size, 0);
    printMessage(`${text}: ${formatCount(images.size, "image")}, ${formatCount(digests, "digest")}`);
    return formatImages(images);
  }
  const bucket = opener.openBucket(placeOf(place));
  const { checksums, skipped } = await snapshotBucket(bucket, place.prefix, printProgress());
  for (const key of skipped) printMessage(`skipped ${key}: it cannot be the name of a file in a manifest`);
  requireSome(checksums.size, text, "files");
  printMessage(`${text}: ${formatCount(checksums.size, "file")}`);
  return formatFiles(checksums);
}

function requireSome(count: number, text: string, what: string): void {
  if (count === 0) throw new Failure(exitStatus.wrongInput, `${text}: there are no ${what}`);
}

/** A snapshot is taken with the identity of the environment, whatever the bucket's owner. */
function placeOf(place: Exclude<SnapshotPlace, { kind: "registry" }>): BucketPlace {
  const identities = {};
  switch (place.kind) {
    case "google":
      return { at: "google", bucket: place.bucket };
    case "s3": {
      const { bucket, region, endpoint } = place;
      return { at: "aws", bucket, region, identities, ...(endpoint !== undefined && { endpoint }) };
    }
    case "azure":
      return { at: "azure", account: place.account, container: place.container, identities };
  }
}

/** A line for each thousand files, as reading them can take hours. */
function printProgress(): () => void {
  let files = 0;
  return () => {
    files++;
    if (files % 1000 === 0) printMessage(`${files} files read`);
  };
}
