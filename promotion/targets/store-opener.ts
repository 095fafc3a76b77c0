import { AzureBucket } from "../../stores/azure/azure-bucket";
import type { Bucket } from "../../stores/bucket";
import type { CloudCredentials } from "../../stores/credentials/cloud-credentials";
import { GoogleBucket } from "../../stores/google/google-bucket";
import { WebBucket } from "../../stores/http/web-bucket";
import type { DigestLister } from "../../stores/registry/digest-lister";
import type { FindLogin } from "../../stores/registry/docker-login";
import { S3Bucket } from "../../stores/s3/s3-bucket";
import { namedKeys, namedLogin } from "./named-credentials";
import { azureAccess, googleEndpoint, s3Endpoint } from "./store-endpoints";
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

  /** Opens a bucket. Other endpoints can be named as for the clouds' own programs; if one is wrong, each request fails. */
  openBucket(place: BucketPlace): Bucket {
    switch (place.at) {
      case "google":
        return this.#openGoogle(place);
      case "aws": {
        const { endpoint = s3Endpoint(this.#environment) } = place;
        return new S3Bucket({ ...place, endpoint, getKeys: this.#credentials.awsKeys(place.identities) });
      }
      case "azure":
        return this.#openAzure(place);
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

  #openGoogle(place: Extract<BucketPlace, { at: "google" }>): Bucket {
    try {
      const { endpoint, maySeeToken = true } = googleEndpoint(this.#environment) ?? {};
      const getToken = maySeeToken ? this.#credentials.googleToken() : async () => undefined;
      return new GoogleBucket({ ...place, endpoint, getToken });
    } catch (error) {
      return new GoogleBucket({ ...place, getToken: () => Promise.reject(error) });
    }
  }

  #openAzure(place: Extract<BucketPlace, { at: "azure" }>): Bucket {
    try {
      const access = azureAccess(this.#environment, place.account);
      return new AzureBucket({ ...place, ...access, getToken: this.#credentials.storageToken(place.identities) });
    } catch (error) {
      return new AzureBucket({ ...place, getToken: () => Promise.reject(error) });
    }
  }

  /** The login of a registry. */
  findLogin(place: LoginPlace): FindLogin {
    if ("credentials" in place) return namedLogin(this.#environment, place.credentials);
    return this.#credentials.findLogin(place.identities);
  }

  /** What lists the digests of a registry by an API of its cloud: see `CloudCredentials`. */
  digestLister(host: string, login: LoginPlace, account?: string): DigestLister | undefined {
    return "identities" in login ? this.#credentials.digestLister(host, login.identities, account) : undefined;
  }

  /** Opens the stores of mirrors. */
  openTargets(places: readonly StorePlace[]): Target[] {
    return places.map((place) => this.#openTarget(place));
  }

  #openTarget(place: StorePlace): Target {
    if (place.kind === "registry") {
      const { login, account, ...registry } = place;
      const listDigests = this.digestLister(place.host, login, account);
      return { ...registry, findLogin: this.findLogin(login), ...(listDigests && { listDigests }) };
    }
    const { bucket, key, ...base } = place;
    const placeholder = base.kind === "blobs" ? "{digest}" : "{path}";
    const keyOf = (name: string) => key.replace(placeholder, () => name);
    return { ...base, bucket: this.openBucket(bucket), keyOf };
  }
}
