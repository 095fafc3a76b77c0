import type { DigestLister } from "../registry/digest-lister";
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
import { ecrApiOf, isEcrRegistry } from "./registries/ecr-api";
import { ecrDigests } from "./registries/ecr-digests";
import { ecrLogin } from "./registries/ecr-login";

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
 * The credentials of one run, from its environment. Nothing is looked up before it is needed, and nothing twice. Where there are no
 * credentials for a cloud, the functions return undefined: public stores can be read without any.
 */
export class CloudCredentials {
  readonly #environment: NodeJS.ProcessEnv;
  readonly #findDockerLogin: FindLogin;
  readonly #made = new Map<string, unknown>();

  constructor(environment: NodeJS.ProcessEnv) {
    this.#environment = environment;
    this.#findDockerLogin = dockerLogin(environment);
  }

  /** Keys for AWS. */
  awsKeys({ awsRole }: Identities = {}): GetAwsKeys {
    return this.#once(`aws ${awsRole}`, () => lazily(() => findAwsKeys(this.#environment, awsRole)));
  }

  /** Access tokens of Google. */
  googleToken(): GetToken {
    return this.#once("google", () => lazily(() => findGoogleToken(this.#environment)));
  }

  /** Access tokens for Azure Storage. */
  storageToken({ azure }: Identities = {}): GetToken {
    return this.#azureToken(storageResource, azure);
  }

  /**
   * The login for a registry: Docker's, or else that of Google, AWS or Azure for their registries.
   *
   * @throws StoreError (from the returned function) if what is configured is broken
   */
  findLogin({ awsRole, azure }: Identities = {}): FindLogin {
    return async (host) => {
      const login = await this.#findDockerLogin(host);
      if (login !== undefined) return login;
      const key = `login ${host} ${awsRole} ${azure?.tenant} ${azure?.client}`;
      return this.#once(key, () => this.#createLogin(host, { awsRole, azure }))(host);
    };
  }

  /**
   * What lists the digests of a registry's repositories by an API of its cloud that has other credentials than the registry: AWS's.
   *
   * @param account whose registry it is. @default the host says it
   * @returns undefined if there is no such API, or nobody knows whose registry it is
   */
  digestLister(host: string, identities: Identities, account?: string): DigestLister | undefined {
    if (!isEcrRegistry(host)) return undefined;
    const api = ecrApiOf(host, this.#environment);
    const owner = api.account ?? account;
    return owner === undefined ? undefined : ecrDigests({ api, getKeys: this.awsKeys(identities), account: owner });
  }

  #createLogin(host: string, identities: Identities): FindLogin {
    if (isGoogleRegistry(host)) return artifactRegistryLogin(this.googleToken());
    if (isEcrRegistry(host)) return ecrLogin(host, this.awsKeys(identities), this.#environment);
    if (!isContainerRegistry(host)) return async () => undefined;
    return containerRegistryLogin(host, this.#azureToken(containerRegistryResource, identities.azure));
  }

  #azureToken(resource: string, identity: AzureIdentity | undefined): GetToken {
    const key = `azure ${resource} ${identity?.tenant} ${identity?.client}`;
    return this.#once(key, () => lazily(() => findAzureToken(this.#environment, resource, identity)));
  }

  #once<T>(key: string, create: () => T): T {
    if (!this.#made.has(key)) this.#made.set(key, create());
    return this.#made.get(key) as T;
  }
}

/** Whether only a cloud's own registries can have such a name. */
export function isCloudRegistry(host: string): boolean {
  return isGoogleRegistry(host) || isEcrRegistry(host) || isContainerRegistry(host);
}

/** Finds credentials on the first call. */
function lazily<T>(
  find: () => Promise<((signal?: AbortSignal) => Promise<T | undefined>) | undefined>,
): (signal?: AbortSignal) => Promise<T | undefined> {
  let found: ReturnType<typeof find> | undefined;
  return async (signal) => {
    found ??= find();
    return (await found)?.(signal);
  };
}
