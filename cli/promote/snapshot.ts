import { formatCount } from "../../document/format-count";
import { formatFiles } from "../../promotion/manifests/format-files";
import { formatImages } from "../../promotion/manifests/format-images";
import { parseSnapshotPlace, type SnapshotPlace } from "../../promotion/manifests/parse-snapshot-place";
import { snapshotBucket } from "../../promotion/manifests/snapshot-bucket";
import { snapshotRegistry } from "../../promotion/manifests/snapshot-registry";
import { AzureBucket } from "../../stores/azure/azure-bucket";
import type { Bucket } from "../../stores/bucket";
import { CloudCredentials } from "../../stores/credentials/cloud-credentials";
import { GoogleBucket } from "../../stores/google/google-bucket";
import { S3Bucket } from "../../stores/s3/s3-bucket";
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
  const credentials = new CloudCredentials(process.env);
  if (place.kind === "registry") {
    const images = await snapshotRegistry({ ...place, findLogin: credentials.findLogin() });
    requireSome(images.size, text, "images");
    const digests = [...images.values()].reduce((sum, { size }) => sum + size, 0);
    printMessage(`${text}: ${formatCount(images.size, "image")}, ${formatCount(digests, "digest")}`);
    return formatImages(images);
  }
  const { checksums, skipped } = await snapshotBucket(openBucket(place, credentials), place.prefix, printProgress());
  for (const key of skipped) printMessage(`skipped ${key}: it cannot be the name of a file in a manifest`);
  requireSome(checksums.size, text, "files");
  printMessage(`${text}: ${formatCount(checksums.size, "file")}`);
  return formatFiles(checksums);
}

function requireSome(count: number, text: string, what: string): void {
  if (count === 0) throw new Failure(exitStatus.wrongInput, `${text}: there are no ${what}`);
}

function openBucket(place: Exclude<SnapshotPlace, { kind: "registry" }>, credentials: CloudCredentials): Bucket {
  switch (place.kind) {
    case "google":
      return new GoogleBucket({ ...place, getToken: credentials.googleToken() });
    case "s3":
      return new S3Bucket({ ...place, getKeys: credentials.awsKeys() });
    case "azure":
      return new AzureBucket({ ...place, getToken: credentials.storageToken() });
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
