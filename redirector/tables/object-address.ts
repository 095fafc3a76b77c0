/** An object in a store, as `scheme://bucket/key` names it. */
export interface ObjectAddress {
  readonly bucket: string;
  /** Without a leading slash, decoded. */
  readonly key: string;
  /** What follows the question mark. */
  readonly parameters: URLSearchParams;
}

/** Bucket names of S3 and Cloud Storage (which also takes underscores): what cannot lead to another host or path. */
const bucketName = /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/;

/**
 * @param known the parameters that may follow
 * @throws Error, with the fix, where the text names no bucket or no key in it, or has more than that
 */
export function parseObjectAddress(text: string, known: readonly string[]): ObjectAddress {
  const { host, pathname, searchParams, username, hash } = new URL(text);
  const key = decodedKey(text, pathname);
  if (username !== "" || !bucketName.test(host))
    throw new Error(`${text} names no bucket as it should, before a slash and a key`);
  if (key === "") throw new Error(`${text} names no object in the bucket ${host}: a key is needed`);
  if (key.split("/").some((segment) => segment === "." || segment === "..")) {
    throw new Error(`${text} has . or .. in its key, which would lead to another object`);
  }
  const [unknown] = [...searchParams.keys()].filter((name) => !known.includes(name));
  if (unknown !== undefined || hash !== "") {
    throw new Error(`${text} has more behind its key than is understood: write ? as %3F and # as %23 in a key`);
  }
  return { bucket: host, key, parameters: searchParams };
}

function decodedKey(text: string, pathname: string): string {
  try {
    return decodeURIComponent(pathname.slice(1));
  } catch {
    throw new Error(`${text} is not well-formed: write % as %25 in a key`);
  }
}
