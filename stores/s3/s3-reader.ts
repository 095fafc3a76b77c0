import { encodePath } from "../../networks/encode-path";
import { getObject } from "../get-object";
import type { GetOptions, GetResult, ObjectStore } from "../object-store";
import { s3BucketUrl } from "./s3-bucket-url";

/** Identifies the bucket. */
export interface S3ReaderOptions {
  readonly bucket: string;
  readonly region: string;
}

/**
 * A bucket of S3. Requests are signed with the credentials of the environment (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`,
 * `AWS_SESSION_TOKEN`), as every Lambda has them.
 */
export class S3Reader implements ObjectStore {
  readonly #options: S3ReaderOptions;

  constructor(options: S3ReaderOptions) {
    this.#options = options;
  }

  /** GetObject. A redirect means another region. It is not followed: the signature would not be valid there. */
  get(key: string, options: GetOptions): Promise<GetResult> {
    const { signal } = options;
    return getObject(async (headers) => fetch(await this.#sign(key, headers), { signal, redirect: "manual" }), options);
  }

  /** Signs with the environment's current credentials: programs at AWS get new ones from time to time. */
  async #sign(key: string, headers: Headers): Promise<Request> {
    const sessionToken = readVariable("AWS_SESSION_TOKEN");
    const { AwsClient } = await import("aws4fetch");
    const client = new AwsClient({
      accessKeyId: requireVariable("AWS_ACCESS_KEY_ID"),
      secretAccessKey: requireVariable("AWS_SECRET_ACCESS_KEY"),
      ...(sessionToken !== undefined && { sessionToken }),
      service: "s3",
      region: this.#options.region,
    });
    return client.sign(this.#url(key), { headers, redirect: "manual" });
  }

  /** `AWS_ENDPOINT_URL_S3` and `AWS_ENDPOINT_URL` name another S3 (AWS SDKs and Tools Reference Guide, "Service-specific endpoints"). */
  #url(key: string): string {
    const endpoint = readVariable("AWS_ENDPOINT_URL_S3") ?? readVariable("AWS_ENDPOINT_URL");
    return `${s3BucketUrl({ ...this.#options, endpoint })}/${encodePath(key)}`;
  }
}

function readVariable(name: string): string | undefined {
  return process.env[name] || undefined;
}

function requireVariable(name: string): string {
  const value = readVariable(name);
  if (value === undefined) throw new Error(`the environment variable ${name} is not set, so requests cannot be signed`);
  return value;
}
