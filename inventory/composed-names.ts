import { itemsOf } from "../document/draft";
import type { Path, Target } from "../document/path";
import {
  cloudMirrorsOf,
  cloudProvidersOf,
  type Draft,
  type DraftCloudMirror,
  type DraftCloudProvider,
  type PlacedMirror,
} from "./draft";
import {
  artifactRegistryRepository,
  bucketName,
  containerRegistryName,
  stateAccountName,
  stateBucketName,
  storageAccountName,
} from "./names";
import { regionStanding } from "./region-standing";

/** What is named; the rule `name/<kind>` knows the limits. */
export type NamedKind = "google-bucket" | "aws-bucket" | "storage-account" | "container-registry" | "repository";

/** A name that something at a cloud will have: given in the inventory, or composed from its keys. */
export interface ComposedName {
  readonly kind: NamedKind;
  readonly name: string;
  /** In which no name may be there twice, in words. */
  readonly namespace: string;
  /** Whether Terraform keeps its state there. */
  readonly keepsState: boolean;
  readonly path: Path;
  readonly target: Target;
  /** How to get another name. */
  readonly fix: string;
}

/** Every name of which the parts are known. */
export function composedNames(draft: Draft): ComposedName[] {
  const project = draft.project?.name;
  return [
    ...cloudProvidersOf(draft).flatMap(({ key, provider, path }) => namesOfProvider(project, key, provider, path)),
    ...cloudMirrorsOf(draft).flatMap((place) => [...bucketNames(project, place), ...repositoryNames(place)]),
  ];
}

const storeKinds = { google: "google-bucket", aws: "aws-bucket", azure: "storage-account" } as const;
const everywhere: Readonly<Record<NamedKind, string>> = {
  "google-bucket": "all buckets of Cloud Storage",
  "aws-bucket": "all buckets of S3",
  "storage-account": "all storage accounts of Azure",
  "container-registry": "all container registries of Azure",
  repository: "the repositories of one registry",
};

type Cloud = keyof typeof storeKinds;

function namesOfProvider(
  project: string | undefined,
  key: string,
  provider: DraftCloudProvider,
  path: Path,
): ComposedName[] {
  if (provider.cloud === "azure") {
    const state = named("storage-account", provider, path, "state-account", project && stateAccountName(project, key));
    const hasRegistry = Object.values(provider.mirrors ?? {}).some((mirror) => mirror && "registry" in mirror);
    const registry = project && containerRegistryName(project, key);
    return [
      ...state.map((name) => ({ ...name, keepsState: true })),
      ...(hasRegistry ? named("container-registry", provider, path, "registry-name", registry) : []),
    ];
  }
  const kind = provider.cloud === "google" ? "google-bucket" : "aws-bucket";
  const state = named(kind, provider, path, "state-bucket", project && stateBucketName(project, key));
  return state.map((name) => ({ ...name, keepsState: true }));
}

/** The name in a field, or what it is without the field; none if neither can be relied on. */
function named(
  kind: NamedKind,
  owner: object,
  path: Path,
  field: string,
  composed: string | undefined,
): ComposedName[] {
  const given = (owner as Record<string, string | undefined>)[field];
  const isGiven = field in owner;
  const name = isGiven ? given : composed;
  if (name === undefined || name === "") return [];
  return [
    {
      kind,
      name,
      namespace: everywhere[kind],
      keepsState: false,
      path: isGiven ? [...path, field] : path,
      target: isGiven ? "value" : "key",
      fix: isGiven ? "Choose another name." : `Name it: ${field}: …, or choose another project.name.`,
    },
  ];
}

function bucketNames(
  project: string | undefined,
  { key, provider, mirror, mirrorKey, mirrorPath }: PlacedMirror<DraftCloudProvider, DraftCloudMirror>,
): ComposedName[] {
  const cloud = provider.cloud as Cloud;
  const { bucket } = mirror;
  if (bucket === undefined) return [];
  const isRegion = project !== undefined && regionStanding(cloud, mirrorKey).kind === "public";
  const compose =
    cloud === "azure" ? storageAccountName(project ?? "", key, mirrorKey) : bucketName(project ?? "", key, mirrorKey);
  const names = named(storeKinds[cloud], bucket, [...mirrorPath, "bucket"], "name", isRegion ? compose : undefined);
  const fix = "Name it: bucket: { name: … }, or choose a shorter project.name.";
  return names.map((name) => (name.target === "key" ? { ...name, fix } : name));
}

function repositoryNames({
  provider,
  mirror,
  mirrorKey,
  mirrorPath,
}: PlacedMirror<DraftCloudProvider, DraftCloudMirror>): ComposedName[] {
  const { registry } = mirror;
  if (registry === undefined) return [];
  const common = { kind: "repository", keepsState: false, fix: "Keep it at one of the two." } as const;
  const path = [...mirrorPath, "registry"];
  if (provider.cloud === "google" && provider.project !== undefined) {
    const namespace = `the repositories of ${provider.project} in ${mirrorKey}`;
    return [{ ...common, name: artifactRegistryRepository, namespace, path, target: "key" }];
  }
  if (provider.cloud !== "aws" || provider.account === undefined || !("repositories" in registry)) return [];
  const namespace = `the public repositories of the account ${provider.account}`;
  // Twice in one list is the business of `list/repeated`.
  const repositories = new Map(itemsOf(registry.repositories).map(([index, name]) => [name, index]));
  return [...repositories].map(([name, index]) => ({
    ...common,
    name,
    namespace,
    path: [...path, "repositories", index],
    target: "value",
  }));
}
