import type { GetOptions, GetResult } from "../../stores/object-store";
import { LastBytes, largestTable, NoSuchObject, type TableSource, tooLarge } from "./table-source";

/**
 * A routing table or an overlay in an object. The server's ETag tells whether it has changed; a server without ETags sends it every
 * time, and it counts as new if its bytes differ from the last ones.
 */
export class ObjectTableSource implements TableSource {
  readonly name: string;
  readonly #get: (options: GetOptions) => Promise<GetResult>;
  readonly #last = new LastBytes();
  #etag: string | undefined;

  /** @param get reads the object */
  constructor(name: string, get: (options: GetOptions) => Promise<GetResult>) {
    this.name = name;
    this.#get = get;
  }

  async read(signal: AbortSignal): Promise<Uint8Array | undefined> {
    const result = await this.#get({ etag: this.#etag, limit: largestTable, signal });
    switch (result.outcome) {
      case "found":
        this.#etag = result.etag;
        return this.#last.takeIfNew(result.bytes);
      case "unchanged":
        return undefined;
      case "too-large":
        throw new Error(tooLarge);
      case "failed":
        throw result.status === 404 || result.status === 403
          ? new NoSuchObject(result.reason)
          : new Error(result.reason);
    }
  }
}
