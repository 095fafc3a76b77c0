import { dockerLogin, type FindLogin } from "../registry/docker-login";
import { findAwsKeys } from "./aws/aws-keys";
import { type AzureIdentity, findAzureToken } from "./azure/azure-token";
import type { GetAwsKeys, GetToken } from "./credentials";
import { findGoogleToken } from "./google/google-token";
import { artifactRegistryLogin, isGoogleRegistry } from "./registries/artifact-registry-login";
import {
  containerRegistryLogin,
  containerRegistryResource,
  isContainerRegistry,
} from "./registries/container-registry-login";
import { ecrLogin, isEcrRegistry } from "./registries/ecr-login";

/** What Azure Storage's tokens are for (Azure Storage, "Authorize access to blobs with Microsoft Entra ID"). */
const storageResource = "https://storage.azure.com";

/** Which identity is used at a cloud if the environment names none. */
export interface Identities {
  /** The ARN of a role of AWS. @default none */
  readonly awsRole?: string | undefined;
  /** @default none */
  readonly azure?: AzureIdentity | undefined;
}

/**
 * The credentials of one run, from its environment. Nothing is looked up before it is needed, and nothing twice. Each method
 * returns undefined if there are no credentials for that cloud: public stores can be read without any.
 */
export class CloudCredentials {
  readonly #environment: NodeJS.ProcessEnv;
  readonly #found = new Map<string, Promise<unknown>>();

  constructor(environment: NodeJS.ProcessEnv) {
    this.#environment = environment;
  }

  /** Keys for AWS. @throws StoreError if what is configured is broken */
  findAwsKeys({ awsRole }: Identities = {}): Promise<GetAwsKeys | undefined> {
    return this.#once(`aws ${awsRole}`, () => findAwsKeys(this.#environment, awsRole));
  }

  /** Access tokens of Google. @throws StoreError if what is configured is broken */
  findGoogleToken(): Promise<GetToken | undefined> {
    return this.#once("google", () => findGoogleToken(this.#environment));
  }

  /** Access tokens for Azure Storage. @throws StoreError if what is configured is broken */
  findStorageToken({ azure }: Identities = {}): Promise<GetToken | undefined> {
    return this.#findAzureToken(storageResource, azure);
  }

  /**
   * The login for a registry: the cloud's own at Google, AWS and Azure, unless Docker's configuration has one; elsewhere Docker's.
   */
  loginFor(identities: Identities = {}): FindLogin {
    const findDockerLogin = dockerLogin(this.#environment);
    return async (host) => {
      const login = await findDockerLogin(host);
      if (login !== undefined) return login;
      const find = await this.#once(`login ${host} ${identities.awsRole} ${identities.azure?.client}`, () =>
        this.#findCloudLogin(host, identities),
      );
      return find?.(host);
    };
  }

  async #findCloudLogin(host: string, identities: Identities): Promise<FindLogin | undefined> {
    if (isGoogleRegistry(host)) {
      const getToken = await this.findGoogleToken();
      return getToken && artifactRegistryLogin(getToken);
    }
    if (isEcrRegistry(host)) {
      const getKeys = await this.findAwsKeys(identities);
      return getKeys && ecrLogin(host, getKeys, this.#environment);
    }
    if (isContainerRegistry(host)) {
      const getToken = await this.#findAzureToken(containerRegistryResource, identities.azure);
      return getToken && containerRegistryLogin(host, getToken);
    }
    return undefined;
  }

  #findAzureToken(resource: string, identity: AzureIdentity | undefined): Promise<GetToken | undefined> {
    const key = `azure ${resource} ${identity?.tenant} ${identity?.client}`;
    return this.#once(key, () => findAzureToken(this.#environment, resource, identity));
  }

  #once<T>(key: string, find: () => Promise<T>): Promise<T> {
    const found = this.#found.get(key) ?? find();
    this.#found.set(key, found);
    return found as Promise<T>;
  }
}
