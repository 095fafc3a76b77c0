import { encodePath } from "../../networks/encode-path";
import { getObject } from "../get-object";
import type { GetOptions, GetResult, ObjectStore } from "../object-store";
import { ServiceAccount } from "./service-account";

/**
 * A bucket of Cloud Storage, read as the service account that the program runs as. Read a public object by its `https:` URL
 * instead, and give it `Cache-Control: no-cache`: otherwise Google caches public objects for an hour.
 */
export class GoogleReader implements ObjectStore {
  readonly #bucket: string;
  readonly #account = new ServiceAccount();

  constructor(bucket: string) {
    this.#bucket = bucket;
  }

  get(key: string, options: GetOptions): Promise<GetResult> {
    const { signal } = options;
    return getObject(async (headers) => {
      headers.set("authorization", `Bearer ${await this.#account.getToken(signal)}`);
      return fetch(this.#url(key), { headers, signal, redirect: "manual" });
    }, options);
  }

  /**
   * The object's URL in the XML API. That API treats `If-None-Match` as HTTP does (304 if the ETag matches), and its ETag
   * only depends on the content. The JSON API's ETag also depends on the metadata, so a new label would look like new content.
   * `STORAGE_EMULATOR_HOST` names another Cloud Storage, as for Google's own libraries.
   */
  #url(key: string): string {
    const endpoint = process.env.STORAGE_EMULATOR_HOST || "https://storage.googleapis.com";
    return `${endpoint.replace(/\/+$/, "")}/${this.#bucket}/${encodePath(key)}`;
  }
}
