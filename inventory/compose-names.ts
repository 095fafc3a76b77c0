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
import { findRegionStanding } from "./find-region-standing";
import {
  artifactRegistryRepository,
  bucketName,
  containerRegistryName,
  stagingAccountName,
  stagingBucketName,
  stagingRegistryName,
  stagingRepositoryName,
  stagingRepositoryPrefix,
  stateAccountName,
  stateBucketName,
  storageAccountName,
} from "./names";
import { type PlacedStagingArea, stagingAreasOf } from "./promotion-draft";

/** A kind of name; the rule `name/<kind>` checks its limits. */
export type NamedKind = "google-bucket" | "aws-bucket" | "storage-account" | "container-registry" | "repository";

/** The name of a resource at a cloud: set in the inventory, or composed from its keys. */
export interface ComposedName {
  readonly kind: NamedKind;
  readonly name: string;
  /** The scope in which the name must be unique, as text. */
  readonly namespace: string;
  /** Whether the resource keeps Terraform's state. */
  readonly keepsState: boolean;
  readonly path: Path;
  readonly target: Target;
  /** How to choose another name. */
  readonly fix: string;
}

/** All names whose parts are known. */
export function composeNames(draft: Draft): ComposedName[] {
  const project = draft.project?.name;
  return [
    ...cloudProvidersOf(draft).flatMap(({ key, provider, path }) => namesOfProvider(project, key, provider, path)),
    ...cloudMirrorsOf(draft).flatMap((place) => [...bucketNames(project, place), ...repositoryNames(place)]),
    ...stagingAreasOf(draft).flatMap((place) => stagingNames(draft, project, place)),
  ];
}

const storeKinds = { google: "google-bucket", aws: "aws-bucket", azure: "storage-account" } as const;
const namespaces: Readonly<Record<NamedKind, string>> = {
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
    const state = nameIn("storage-account", provider, path, "state-account", project && stateAccountName(project, key));
    const hasRegistry = Object.values(provider.mirrors ?? {}).some((mirror) => mirror && "registry" in mirror);
    const registry = project && containerRegistryName(project, key);
    return [
      ...state.map((name) => ({ ...name, keepsState: true })),
      ...(hasRegistry ? nameIn("container-registry", provider, path, "registry-name", registry) : []),
    ];
  }
  const kind = provider.cloud === "google" ? "google-bucket" : "aws-bucket";
  const state = nameIn(kind, provider, path, "state-bucket", project && stateBucketName(project, key));
  return state.map((name) => ({ ...name, keepsState: true }));
}

/** The name in a field, or its default; none if neither is valid. */
function nameIn(
  kind: NamedKind,
  owner: object,
  path: Path,
  field: string,
  composed: string | undefined,
): ComposedName[] {
  const written = (owner as Record<string, string | undefined>)[field];
  const isWritten = field in owner;
  const name = isWritten ? written : composed;
  if (name === undefined || name === "") return [];
  return [
    {
      kind,
      name,
      namespace: namespaces[kind],
      keepsState: false,
      path: isWritten ? [...path, field] : path,
      target: isWritten ? "value" : "key",
      fix: isWritten ? "Choose another name." : `Set ${field}: …, or choose another project.name.`,
    },
  ];
}

const bucketFix = "Set bucket: { name: … }, or choose a shorter project.name.";

function bucketNames(
  project: string | undefined,
  { key, provider, mirror, mirrorKey, mirrorPath }: PlacedMirror<DraftCloudProvider, DraftCloudMirror>,
): ComposedName[] {
  const cloud = provider.cloud as Cloud;
  const { bucket } = mirror;
  if (bucket === undefined) return [];
  const isRegion = project !== undefined && findRegionStanding(cloud, mirrorKey).kind === "public";
  const compose =
    cloud === "azure" ? storageAccountName(project ?? "", key, mirrorKey) : bucketName(project ?? "", key, mirrorKey);
  const names = nameIn(storeKinds[cloud], bucket, [...mirrorPath, "bucket"], "name", isRegion ? compose : undefined);
  return names.map((name) => (name.target === "key" ? { ...name, fix: bucketFix } : name));
}

function repositoryNames({
  provider,
  mirror,
  mirrorKey,
  mirrorPath,
}: PlacedMirror<DraftCloudProvider, DraftCloudMirror>): ComposedName[] {
  const { registry } = mirror;
  if (registry === undefined) return [];
  const common = { kind: "repository", keepsState: false, fix: "Keep it in one of the two." } as const;
  const path = [...mirrorPath, "registry"];
  if (provider.cloud === "google" && provider.project !== undefined) {
    const namespace = `the repositories of ${provider.project} in ${mirrorKey}`;
    return [{ ...common, name: artifactRegistryRepository, namespace, path, target: "key" }];
  }
  if (provider.cloud !== "aws" || provider.account === undefined || !("repositories" in registry)) return [];
  const namespace = `the public repositories of the account ${provider.account}`;
  // `list/repeated` reports duplicates within one list.
  const repositories = new Map(itemsOf(registry.repositories).map(([index, name]) => [name, index]));
  return [...repositories].map(([name, index]) => ({
    ...common,
    name,
    namespace,
    path: [...path, "repositories", index],
    target: "value",
  }));
}

function stagingNames(draft: Draft, project: string | undefined, place: PlacedStagingArea): ComposedName[] {
  const provider = cloudProvidersOf(draft).find(({ key }) => key === place.area.provider)?.provider;
  if (provider === undefined) return [];
  return [...stagingBucketNames(provider.cloud, project, place), ...stagingRegistryNames(provider, project, place)];
}

function stagingBucketNames(cloud: Cloud, project: string | undefined, place: PlacedStagingArea): ComposedName[] {
  const { area, path } = place;
  const { bucket, provider: key } = area;
  if (bucket === undefined || key === undefined) return [];
  const compose = cloud === "azure" ? stagingAccountName : stagingBucketName;
  const composed = project && compose(project, key, place.project);
  const names = nameIn(storeKinds[cloud], bucket, [...path, "bucket"], "name", composed);
  return names.map((name) => (name.target === "key" ? { ...name, fix: bucketFix } : name));
}

function stagingRegistryNames(
  provider: DraftCloudProvider,
  project: string | undefined,
  { project: area, area: { registry, region = "", provider: key = "" }, path }: PlacedStagingArea,
): ComposedName[] {
  if (registry === undefined) return [];
  const common = { keepsState: false, path: [...path, "registry"], target: "key", fix: "Rename the project." } as const;
  if (provider.cloud === "azure") {
    const name = project && stagingRegistryName(project, key, area);
    const kind = "container-registry";
    return name === undefined ? [] : [{ ...common, kind, name, namespace: namespaces[kind] }];
  }
  if (provider.cloud === "google") {
    const namespace = `the repositories of ${provider.project} in ${region}`;
    return [{ ...common, kind: "repository", name: stagingRepositoryName(area), namespace }];
  }
  const namespace = `the private repositories of the account ${provider.cloud === "aws" ? provider.account : ""} in ${region}`;
  return [{ ...common, kind: "repository", name: stagingRepositoryPrefix(area), namespace }];
}
