import { encodePath } from "../networks/encode-path";
import type { AskedContent } from "./asked";
import type { Endpoints } from "./endpoints";
import { registryPath } from "./registry-path";

/** The parsed template of blobs' URLs. It may contain a name, before or after the digest. */
class BlobTemplate {
  readonly #start: string;
  readonly #middle: string;
  readonly #end: string;
  readonly #order: "digest" | "name, digest" | "digest, name";

  constructor(template: string) {
    const [start = "", first, middle = "", second, end = ""] = template.split(/\{(name|digest)\}/);
    this.#start = start;
    this.#middle = middle;
    this.#end = end;
    if (second === undefined) this.#order = "digest";
    else this.#order = first === "name" ? "name, digest" : "digest, name";
  }

  fill(name: string, digest: string): string {
    if (this.#order === "digest") return this.#start + digest + this.#middle;
    const [first, second] = this.#order === "name, digest" ? [name, digest] : [digest, name];
    return this.#start + first + this.#middle + second + this.#end;
  }
}

/** A mirror's URLs. Everything that does not depend on the request is prepared, once for each mirror of a table. */
export class MirrorUrls {
  /** Whether clients get blobs from the mirror's registry; otherwise it has them in a bucket. */
  readonly hasBlobsInRegistry: boolean;
  readonly #registry: string | undefined;
  readonly #blobs: BlobTemplate | undefined;
  readonly #files: readonly [before: string, after: string] | undefined;

  /** @param endpoints each placeholder appears in its template once */
  constructor({ registry, blobs, files }: Endpoints) {
    this.hasBlobsInRegistry = registry !== undefined && blobs === `${registry}/{name}/blobs/{digest}`;
    this.#registry = registry;
    this.#blobs = blobs === undefined ? undefined : new BlobTemplate(blobs);
    const [before = "", after = ""] = files?.split("{path}") ?? [];
    this.#files = files === undefined ? undefined : [before, after];
  }

  /**
   * The URL of the requested object, without a query; undefined if the mirror does not hold that kind. Its host is always the
   * mirror's: only validated parts are appended.
   */
  locate(asked: AskedContent): string | undefined {
    switch (asked.class) {
      case "blob":
        return this.#blobs?.fill(asked.name, asked.digest);
      case "file":
      case "metadata":
      case "directory":
        return this.#files && this.#files[0] + encodePath(asked.path) + this.#files[1];
      case "manifest":
      case "signature":
      case "referrers":
      case "tag-list":
        return this.#registry && this.#registry + registryPath(asked);
      default:
        return asked satisfies never;
    }
  }
}
