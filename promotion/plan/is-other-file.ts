import type { ObjectFacts } from "../../stores/bucket";

/** Whether an object has other content than promised. What a store does not report cannot differ. */
export function isOtherFile(object: ObjectFacts, sha256: string, source: ObjectFacts | undefined): boolean {
  const known = object.sha256 ?? object.recordedSha256;
  if (known !== undefined) return known !== sha256;
  if (!source) return false;
  const differs = (name: "size" | "md5" | "crc32c") =>
    object[name] !== undefined && source[name] !== undefined && object[name] !== source[name];
  return differs("size") || differs("md5") || differs("crc32c");
}
