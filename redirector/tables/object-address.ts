/** An object in a store, as `scheme://bucket/key` names it. */
export interface ObjectAddress {
  readonly bucket: string;
  /** Without a leading slash, decoded. */
  readonly key: string;
  /** What follows the question mark. */
  readonly parameters: URLSearchParams;
}

/** Bucket names of S3 and of Cloud Storage, which also allows underscores. They cannot lead to another host or path. */
const bucketName = /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/;

/**
 * @param known the parameters that may follow the key
 * @throws Error, with the fix, if the text has no bucket or no key, or anything else after the key
 */
export function parseObjectAddress(text: string, known: readonly string[]): ObjectAddress {
  const { host, pathname, searchParams, username, hash } = new URL(text);
  const key = decodeKey(text, pathname);
  if (username !== "" || !bucketName.test(host))
    throw new Error(`${text} has no valid bucket name before a slash and a key`);
  if (key === "") throw new Error(`${text} has no object key after the bucket ${host}`);
  if (key.split("/").some((segment) => segment === "." || segment === "..")) {
    throw new Error(`${text} has . or .. in its key, which would name another object`);
  }
  const [unknown] = [...searchParams.keys()].filter((name) => !known.includes(name));
  if (unknown !== undefined || hash !== "") {
    throw new Error(`${text} has an unsupported suffix after its key: write ? as %3F and # as %23 in a key`);
  }
  return { bucket: host, key, parameters: searchParams };
}

function decodeKey(text: string, pathname: string): string {
  try {
    return decodeURIComponent(pathname.slice(1));
  } catch {
    throw new Error(`${text} is not well-formed: write % as %25 in a key`);
  }
}
