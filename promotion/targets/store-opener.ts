import { AzureBucket } from "../../stores/azure/azure-bucket";
import type { Bucket } from "../../stores/bucket";
import type { CloudCredentials } from "../../stores/credentials/cloud-credentials";
import { GoogleBucket } from "../../stores/google/google-bucket";
import { WebBucket } from "../../stores/http/web-bucket";
import type { FindLogin } from "../../stores/registry/docker-login";
import { S3Bucket } from "../../stores/s3/s3-bucket";
import { namedKeys, namedLogin } from "./named-credentials";
import type { BucketPlace, LoginPlace, StorePlace } from "./store-place";
import type { Target } from "./target";

/** Opens stores with the credentials of one run. Nothing is requested before a store is used. */
export class StoreOpener {
  readonly #environment: NodeJS.ProcessEnv;
  readonly #credentials: CloudCredentials;

  constructor(environment: NodeJS.ProcessEnv, credentials: CloudCredentials) {
    this.#environment = environment;
    this.#credentials = credentials;
  }

  /** Opens a bucket. Other endpoints can be named as for the clouds' own programs. */
  openBucket(place: BucketPlace): Bucket {
    const { STORAGE_EMULATOR_HOST, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL } = this.#environment;
    switch (place.at) {
      case "google": {
        const getToken = this.#credentials.googleToken();
        return new GoogleBucket({ ...place, endpoint: STORAGE_EMULATOR_HOST || undefined, getToken });
      }
      case "aws": {
        const endpoint = AWS_ENDPOINT_URL_S3 || AWS_ENDPOINT_URL || undefined;
        return new S3Bucket({ ...place, endpoint, getKeys: this.#credentials.awsKeys(place.identities) });
      }
      case "azure":
        return new AzureBucket({ ...place, getToken: this.#credentials.storageToken(place.identities) });
      case "s3": {
        const { credentials } = place;
        const getKeys =
          credentials === undefined ? async () => undefined : namedKeys(this.#environment, credentials, place.endpoint);
        return new S3Bucket({ ...place, getKeys });
      }
      case "web":
        return new WebBucket(place.url);
    }
  }

  /** The login of a registry. */
  findLogin(place: LoginPlace): FindLogin {
    if ("credentials" in place) return namedLogin(this.#environment, place.credentials);
    return this.#credentials.findLogin(place.identities);
  }

  /** Opens the stores of mirrors. */
  openTargets(places: readonly StorePlace[]): Target[] {
    return places.map((place) => this.#openTarget(place));
  }

  #openTarget(place: StorePlace): Target {
    if (place.kind === "registry") {
      const { login, ...registry } = place;
      return { ...registry, findLogin: this.findLogin(login) };
    }
    const { bucket, key, ...base } = place;
    const placeholder = base.kind === "blobs" ? "{digest}" : "{path}";
    const keyOf = (name: string) => key.replace(placeholder, () => name);
    return { ...base, bucket: this.openBucket(bucket), keyOf };
  }
}
