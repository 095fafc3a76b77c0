import { StoreError } from "./store-error";

/** Longest name of an object, in bytes of UTF-8 (S3, "Naming objects"; Cloud Storage, "Object names"); Azure has 1,024 characters. */
const longestKey = 1_024;

/**
 * Checks an object's name before it becomes part of a URL. URLs remove segments of dots (WHATWG URL, "path state"), also percent-encoded
 * ones, so such a name would address another object, or another bucket.
 *
 * @throws StoreError if it cannot be addressed at every store
 */
export function requireKey(key: string): string {
  const problem = findKeyProblem(key);
  if (problem === undefined) return key;
  throw new StoreError(`${JSON.stringify(key.slice(0, 200))} cannot be an object's name: it ${problem}`);
}

function findKeyProblem(key: string): string | undefined {
  if (key === "") return "is empty";
  if (Buffer.byteLength(key) > longestKey) return `has more than ${longestKey} bytes`;
  if (/\p{Cc}|\p{Cs}/u.test(key)) return "has control characters or half a surrogate pair";
  if (/(^|[/\\])\.\.?([/\\]|$)/.test(key)) return "has a segment of dots";
  return key.startsWith("/") ? "begins with a slash" : undefined;
}
