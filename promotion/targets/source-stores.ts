import type { DeployedFacts } from "../../facts/deployed-facts";
import type { Inventory, Provider } from "../../inventory/inventory";
import { isLoopbackHost } from "../../networks/loopback";
import { mayBePublic } from "../../networks/public-lookup";
import type { Bucket } from "../../stores/bucket";
import { awsRegion } from "../../stores/credentials/aws/aws-region";
import { type Identities, isCloudRegistry } from "../../stores/credentials/cloud-credentials";
import { registryUrl } from "../../stores/registry/image-reference";
import { Registry } from "../../stores/registry/registry";
import type { Repository } from "../../stores/registry/repository";
import { StoreError } from "../../stores/store-error";
import { parseBucketUrl } from "./parse-bucket-url";
import type { PromotionRole } from "./promotion-role";
import { splitRegistry } from "./split-registry";
import type { StoreOpener } from "./store-opener";
import type { BucketPlace } from "./store-place";
import type { RegistryTarget } from "./target";
import { usualIdentities } from "./usual-identities";

/** What tells whose a staging area is. */
export interface SourceContext {
  readonly inventory: Inventory;
  readonly facts: DeployedFacts;
  readonly environment: NodeJS.ProcessEnv;
  readonly opener: StoreOpener;
  /** Whose login is used where one is needed. @default the promoter's */
  readonly role?: PromotionRole;
  /** Whether sources may be on loopback and in private networks. @default only those whose name belongs to a cloud */
  readonly allowPrivate?: boolean;
}

/**
 * How much of the manifests that a plan has read is kept for the run, and how much of the lists of tags, for each staging registry, in bytes
 * each. Reading the tags again would make nothing safer: each tag is asked for before it is used, and what is signed after the plan comes
 * with the next run.
 */
const kept = 4 * 1024 * 1024;

/**
 * Opens staging areas, and the repositories of mirrors. A source that needs no login is read without one; where there is one, it is that
 * of the promoter or the planner. All repositories of a registry share its login, and what else is known of it.
 */
export class SourceStores {
  readonly #context: SourceContext;
  readonly #buckets = new Map<string, Bucket>();
  readonly #registries = new Map<string, Registry>();

  constructor(context: SourceContext) {
    this.#context = context;
  }

  /**
   * Opens a staging repository. Anyone's pull request may name it, so it must be on the public internet, unless its name
   * belongs to a cloud: those lead to private addresses in networks with endpoints of their own.
   *
   * @param source `gcr.io/k8s-staging-kubernetes/pause`
   * @throws StoreError for another source, unless private ones are allowed
   */
  openSource(source: string): Repository {
    const { host, root: name } = splitRegistry(source);
    const publicOnly = this.#context.allowPrivate !== true && !isCloudRegistry(host);
    if (publicOnly) requirePublicSource(source, registryUrl(host));
    const create = () => {
      const { opener } = this.#context;
      const login = { identities: this.#identitiesOf(host) };
      const listDigests = opener.digestLister(host, login);
      return new Registry({ host, access: "pull", findLogin: opener.findLogin(login), listDigests, publicOnly, kept });
    };
    return this.#registryOf(`source ${host}`, create).open(name);
  }

  /**
   * Opens a repository of a mirror.
   *
   * @param repository below the registry's root
   * @param access @default push, if the run writes to it
   */
  openRepository(
    { host, root, findLogin, listDigests, filling, mirror }: RegistryTarget,
    repository: string,
    access: "pull" | "push" = filling === "run" ? "push" : "pull",
  ): Repository {
    const name = root === "" ? repository : `${root}/${repository}`;
    return this.#registryOf(`${access} ${mirror}`, () => new Registry({ host, access, findLogin, listDigests })).open(
      name,
    );
  }

  /** Cancels uploads that were begun and not ended. A registry that fails here removes them itself after some time. */
  async close(): Promise<void> {
    await Promise.allSettled(Array.from(this.#registries.values(), (registry) => registry.close()));
  }

  #registryOf(key: string, create: () => Registry): Registry {
    const registry = this.#registries.get(key) ?? create();
    this.#registries.set(key, registry);
    return registry;
  }

  /** Opens a staging bucket. @param source with a prefix: `gs://k8s-staging-kops/kops/releases/` @throws StoreError */
  openSourceBucket(source: string): { readonly bucket: Bucket; readonly prefix: string } {
    const { rest, ...url } = parseBucketUrl(source);
    const key = JSON.stringify(url);
    const known = this.#buckets.get(key) ?? this.#context.opener.openBucket(this.#place(url));
    this.#buckets.set(key, known);
    return { bucket: known, prefix: rest };
  }

  /** Opens the staging bucket of a file. @param source `gs://k8s-staging-kops/kops/releases/1.30.0/linux/amd64/kops` @throws StoreError */
  openFile(source: string): { readonly bucket: Bucket; readonly key: string } {
    const { bucket, prefix } = this.openSourceBucket(source);
    return { bucket, key: prefix };
  }

  /** S3 needs the bucket's region: the inventory's, or the environment's. */
  #place(url: Omit<ReturnType<typeof parseBucketUrl>, "rest">): BucketPlace {
    const { inventory, environment } = this.#context;
    const found = url as ReturnType<typeof parseBucketUrl>;
    const name = found.at === "azure" ? found.account : found.bucket;
    const area = inventory.staging.find(({ bucket }) => bucket?.name === name);
    const identities = this.#identities(area?.provider);
    switch (found.at) {
      case "google":
        return { at: "google", bucket: found.bucket };
      case "aws":
        return { at: "aws", bucket: found.bucket, region: area?.region ?? awsRegion(environment), identities };
      case "azure":
        return { at: "azure", account: found.account, container: found.container, identities };
      case "s3":
        if (this.#context.allowPrivate !== true) requirePublicSource(found.endpoint, new URL(found.endpoint));
        return { at: "s3", endpoint: found.endpoint, bucket: found.bucket, region: awsRegion(environment) };
    }
  }

  /** Private registries of AWS begin with the account, and those of Azure with the registry's name. */
  #identitiesOf(host: string): Identities {
    const { providers, staging } = this.#context.inventory;
    const [first = ""] = host.split(".");
    const ofAccount = providers.find((each) => each.cloud === "aws" && each.account === first);
    if (ofAccount !== undefined) return this.#identities(ofAccount.key);
    return this.#identities(
      host.endsWith(".azurecr.io") ? staging.find(({ registry }) => registry?.name === first)?.provider : undefined,
    );
  }

  #identities(key: string | undefined): Identities {
    const { inventory, facts, role = "promoter" } = this.#context;
    const provider: Provider | undefined = inventory.providers.find((each) => each.key === key);
    return provider === undefined ? {} : usualIdentities(inventory, facts, provider, role);
  }
}

/** Other names are checked when they are resolved. */
function requirePublicSource(source: string, url: URL): void {
  const isNamed = mayBePublic(url) && !isLoopbackHost(url.hostname) && !url.hostname.endsWith(".localhost");
  if (isNamed) return;
  throw new StoreError(
    `${source} is not on the public internet: name a public source, or give --allow-private-mirrors in a trial`,
  );
}
