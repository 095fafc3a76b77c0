import { FileTableSource } from "./file-table-source";
import { googleTableSource } from "./google-table-source";
import { HttpTableSource } from "./http-table-source";
import { s3TableSource } from "./s3-table-source";
import type { TableSource } from "./table-source";

/** Named without its query: in a presigned or SAS URL that is the key to the object. */
function webTableSource(text: string): TableSource {
  const { origin, pathname, username, password } = new URL(text);
  if (username !== "" || password !== "") throw new Error("a table's URL cannot carry a user name or password");
  return new HttpTableSource(origin + pathname, (headers) => new Request(text, { headers }));
}

/**
 * The source that a text names:
 *
 * - `https://…`, `http://…`: asked by ETag. Plain `http:` only inside a network that you trust: a checksum is no signature;
 * - `s3://bucket/key?region=R`: with the environment's AWS credentials;
 * - `gs://bucket/object`: as the service account that the program runs as;
 * - anything else: the path of a file.
 *
 * Nothing is read yet.
 *
 * @throws Error, with the fix, where the text is none of them
 */
export function openTableSource(text: string): TableSource {
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text) ?? [];
  if (scheme !== undefined && !URL.canParse(text))
    throw new Error(`a routing table cannot come from ${text}: it is no URL`);
  switch (scheme?.toLowerCase()) {
    case "https":
    case "http":
      return webTableSource(text);
    case "s3":
      return s3TableSource(text);
    case "gs":
      return googleTableSource(text);
    case undefined:
      if (text !== "") return new FileTableSource(text);
  }
  throw new Error(
    `a routing table comes from a file, https://…, s3://bucket/key?region=R or gs://bucket/object, not from ${JSON.stringify(text)}`,
  );
}
