import type { z } from "zod";
import { type DraftOf, itemsOf, membersOf } from "../document/draft";
import type { mirrorsSchema } from "./schema";

/** `mirrors.yaml` as written, without defaults, and without what the schema refused: see {@link DraftOf}. */
export type Draft = DraftOf<z.input<typeof mirrorsSchema>>;

/** A provider of a draft. */
export type DraftProvider = NonNullable<NonNullable<Draft["providers"]>[string]>;

/** A mirror of a draft, at any cloud. */
export type DraftMirror = NonNullable<NonNullable<DraftProvider["mirrors"]>[string]>;

/** A provider at a cloud that this project deploys to. */
export type DraftCloudProvider = Extract<DraftProvider, { readonly cloud?: "google" | "aws" | "azure" | undefined }>;

/** A mirror in a region of a cloud. */
export type DraftCloudMirror = NonNullable<NonNullable<DraftCloudProvider["mirrors"]>[string]>;

/** A mirror that is defined only by its URLs. */
export type DraftExternalMirror = NonNullable<
  NonNullable<Extract<DraftProvider, { readonly cloud?: "external" | undefined }>["mirrors"]>[string]
>;

/** A provider with its place in the file. */
export interface PlacedProvider<P = DraftProvider> {
  readonly key: string;
  readonly provider: P;
  readonly path: readonly ["providers", string];
}

/** A mirror with its place in the file. */
export interface PlacedMirror<P = DraftProvider, M = DraftMirror> extends PlacedProvider<P> {
  readonly mirrorKey: string;
  readonly mirror: M;
  readonly mirrorPath: readonly (string | number)[];
}

/** The providers of a draft. */
export function providersOf(draft: Draft): PlacedProvider[] {
  return membersOf(draft.providers).map(([key, provider]) => ({ key, provider, path: ["providers", key] }));
}

/** The providers at the three clouds. */
export function cloudProvidersOf(draft: Draft): PlacedProvider<DraftCloudProvider & { readonly cloud: CloudName }>[] {
  return providersOf(draft).flatMap(({ provider, ...place }) => (isCloud(provider) ? [{ ...place, provider }] : []));
}

type CloudName = NonNullable<DraftCloudProvider["cloud"]>;

function isCloud(provider: DraftProvider): provider is DraftCloudProvider & { readonly cloud: CloudName } {
  return provider.cloud === "google" || provider.cloud === "aws" || provider.cloud === "azure";
}

/** The mirrors of a draft. */
export function mirrorsOf(draft: Draft): PlacedMirror[] {
  return providersOf(draft).flatMap((place) => mirrorsAt<DraftProvider, DraftMirror>(place));
}

/** The mirrors at the three clouds. */
export function cloudMirrorsOf(
  draft: Draft,
): PlacedMirror<DraftCloudProvider & { readonly cloud: CloudName }, DraftCloudMirror>[] {
  return cloudProvidersOf(draft).flatMap((place) =>
    mirrorsAt<DraftCloudProvider & { readonly cloud: CloudName }, DraftCloudMirror>(place),
  );
}

/** The mirrors that are defined only by their URLs. */
export function externalMirrorsOf(draft: Draft): PlacedMirror<DraftProvider, DraftExternalMirror>[] {
  return providersOf(draft)
    .filter(({ provider }) => provider.cloud === "external")
    .flatMap((place) => mirrorsAt<DraftProvider, DraftExternalMirror>(place));
}

function mirrorsAt<P extends DraftProvider, M extends object>(place: PlacedProvider<P>): PlacedMirror<P, M>[] {
  const mirrors = place.provider.mirrors as Readonly<Record<string, M | undefined>> | undefined;
  return membersOf(mirrors).map(([mirrorKey, mirror]) => ({
    ...place,
    mirrorKey,
    mirror: withProviderState(place.provider, mirror),
    mirrorPath: [...place.path, "mirrors", mirrorKey],
  }));
}

/** A mirror as it counts: all mirrors of a provider that is retired or emptied are retired. */
export function withProviderState<M extends object>(provider: DraftProvider, mirror: M): M {
  return hasLeft(provider) ? { ...mirror, state: "retired" } : mirror;
}

/** Whether a provider is retired or emptied. */
export function hasLeft(provider: DraftProvider): boolean {
  return isCloud(provider) && provider.state !== undefined && provider.state !== "active";
}

/** The two parts of a mirror's name. */
export interface MirrorName {
  readonly provider: string;
  readonly mirror: string;
}

/** The origin as written, in its two parts; `undefined` if it is missing or mistyped. */
export function originOf(draft: Draft): MirrorName | undefined {
  return splitMirrorName(draft.origin ?? "");
}

/** Splits `provider/mirror`; `undefined` for anything else. */
export function splitMirrorName(name: string): MirrorName | undefined {
  const [provider, mirror] = name.split("/");
  return provider === undefined || mirror === undefined ? undefined : { provider, mirror };
}

/** One entry of a list of clients: of `networks`, or of `avoid`. */
export type DraftClients =
  | NonNullable<NonNullable<DraftProvider["networks"]>[number]>
  | NonNullable<NonNullable<DraftProvider["avoid"]>[number]>;

/** A list of clients with its place in the file. */
export interface PlacedClients {
  readonly path: readonly (string | number)[];
  readonly entries: readonly [index: number, entry: DraftClients][];
}

/** The `avoid` lists of providers and mirrors. */
export function avoidListsOf(draft: Draft): PlacedClients[] {
  return [
    ...providersOf(draft).map(({ path, provider }) => ({ path: [...path, "avoid"], entries: itemsOf(provider.avoid) })),
    ...mirrorsOf(draft).map(({ mirrorPath, mirror }) => ({
      path: [...mirrorPath, "avoid"],
      entries: itemsOf(mirror.avoid),
    })),
  ];
}

/** All lists of clients: `networks` and `avoid`. */
export function clientListsOf(draft: Draft): PlacedClients[] {
  const networks = providersOf(draft).map(({ path, provider }) => ({
    path: [...path, "networks"],
    entries: itemsOf(provider.networks),
  }));
  return [...networks, ...avoidListsOf(draft)];
}
