import { isRepositoryName } from "./repository-name";
import { isRegistry } from "./rules/registry-rules";

/** What a snapshot is taken of. */
export type SnapshotPlace =
  | { readonly kind: "registry"; readonly host: string; readonly root: string }
  | { readonly kind: "google"; readonly bucket: string; readonly prefix: string }
  | {
      readonly kind: "s3";
      readonly bucket: string;
      readonly prefix: string;
      readonly region: string;
      readonly endpoint?: string;
    }
  | { readonly kind: "azure"; readonly account: string; readonly container: string; readonly prefix: string };

/**
 * Parses `HOST/PATH`, `gs://BUCKET/PREFIX`, `s3://BUCKET/PREFIX?region=REGION` (perhaps with `&endpoint=https://HOST` for another S3)
 * or `https://ACCOUNT.blob.core.windows.net/CONTAINER/PREFIX`. A prefix is a folder. `undefined` if the text is none of these.
 */
export function parseSnapshotPlace(text: string): SnapshotPlace | undefined {
  if (!text.includes("://")) {
    const bare = text.replace(/\/+$/, "");
    const [host = "", ...path] = bare.split("/");
    const root = path.join("/");
    const isOne = isRegistry(bare) && (root === "" || isRepositoryName(root));
    return isOne ? { kind: "registry", host, root } : undefined;
  }
  return URL.canParse(text) ? parseBucket(new URL(text)) : undefined;
}

function parseBucket(url: URL): SnapshotPlace | undefined {
  const path = decodePath(url.pathname);
  if (path === undefined) return undefined;
  const [first = "", ...rest] = path.split("/");
  const endpoint = url.searchParams.get("endpoint");
  const common = { bucket: url.hostname, prefix: folder([first, ...rest]) };
  const region = url.searchParams.get("region");
  if (url.protocol === "gs:" && url.hostname !== "") return { kind: "google", ...common };
  if (url.protocol === "s3:" && url.hostname !== "" && region)
    return { kind: "s3", ...common, region, ...(endpoint && { endpoint }) };
  const [, account] = /^([a-z0-9]{3,24})\.blob\.core\.windows\.net$/.exec(url.hostname) ?? [];
  if (url.protocol !== "https:" || account === undefined || first === "") return undefined;
  return { kind: "azure", account, container: first, prefix: folder(rest) };
}

/** @returns undefined if it is not encoded text */
function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path).replace(/^\//, "");
  } catch {
    return undefined;
  }
}

function folder(parts: readonly string[]): string {
  const path = parts.join("/").replace(/\/+$/, "");
  return path === "" ? "" : `${path}/`;
}
