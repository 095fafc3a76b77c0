import { gzipSync } from "node:zlib";
import { createTar } from "nanotar";
import { type Content, createContent, createJsonContent, descriptorOf, digestOf } from "../../stores/registry/content";
import { dockerMediaTypes, mediaTypes } from "../../stores/registry/media-types";

/** How a base differs from the usual one. */
export interface BaseChanges {
  /** Docker's media types instead of OCI's. */
  readonly docker?: boolean;
  /** How its program runs. */
  readonly config?: object | null;
  /** The layers' media type. */
  readonly layer?: string;
  readonly os?: string;
  readonly diffIds?: readonly string[];
}

/** A base with all its parts. */
export interface TestBase {
  readonly index: Content;
  /** By platform. */
  readonly manifests: Readonly<Record<string, Content>>;
  /** The layers: one of both platforms, and one of each. */
  readonly layers: readonly Content[];
  /** Everything, in the order in which it can be pushed. */
  readonly contents: readonly Content[];
}

/** An index of two Linux platforms, one of Windows, and an attestation of the build, as builders make it. */
export function testBase(changes: BaseChanges = {}): TestBase {
  const types = changes.docker ? dockerMediaTypes : mediaTypes;
  const layerType =
    changes.layer ?? (changes.docker ? "application/vnd.docker.image.rootfs.diff.tar.gzip" : mediaTypes.layer);
  const archive = (name: string) => Buffer.from(createTar([{ name, data: name.repeat(20_000), attrs: { mtime: 0 } }]));
  const createLayer = (name: string) => createContent(layerType, gzipSync(archive(name)));
  const platforms = ["amd64", "arm64"].map((architecture) => {
    const variant = architecture === "arm64" ? { variant: "v8" } : {};
    const layers = [createLayer("common"), createLayer(architecture)];
    const config = createJsonContent(types.config, {
      architecture,
      ...variant,
      os: changes.os ?? "linux",
      ...(changes.docker && { docker_version: "20.10", container_config: { Cmd: ["/bin/sh"] } }),
      created: "2026-01-01T00:00:00Z",
      config:
        changes.config === undefined
          ? { Entrypoint: ["/nodejs/bin/node"], Env: ["PATH=/bin"], Cmd: null }
          : changes.config,
      rootfs: {
        type: "layers",
        diff_ids: changes.diffIds ?? ["common", architecture].map((name) => digestOf(archive(name))),
      },
      history: [{ created: "2026-01-01T00:00:00Z", created_by: "base" }],
    });
    const manifest = createJsonContent(types.manifest, {
      schemaVersion: 2,
      mediaType: types.manifest,
      config: descriptorOf(config),
      layers: layers.map(descriptorOf),
    });
    return { architecture, variant, layers, config, manifest };
  });
  const others = ["windows/amd64", "unknown/unknown"].map((name) => {
    const [os, architecture] = name.split("/");
    const config = createJsonContent(types.config, { os, architecture, rootfs: { type: "layers", diff_ids: [] } });
    const manifest = { schemaVersion: 2, mediaType: types.manifest, config: descriptorOf(config), layers: [] };
    return { os, architecture, config, manifest: createJsonContent(types.manifest, manifest) };
  });
  const index = createJsonContent(types.index, {
    schemaVersion: 2,
    mediaType: types.index,
    manifests: [
      ...platforms.map(({ architecture, variant, manifest }) => {
        return { ...descriptorOf(manifest), platform: { architecture, os: "linux", ...variant } };
      }),
      ...others.map(({ os, architecture, manifest }) => ({
        ...descriptorOf(manifest),
        platform: { architecture, os },
      })),
    ],
  });
  const manifests = [...platforms, ...others].map(({ manifest }) => manifest);
  const layers = [...new Map(platforms.flatMap((each) => each.layers.map((layer) => [layer.digest, layer]))).values()];
  return {
    index,
    manifests: Object.fromEntries(platforms.map(({ architecture, manifest }) => [`linux/${architecture}`, manifest])),
    layers,
    contents: [...layers, ...[...platforms, ...others].map(({ config }) => config), ...manifests, index],
  };
}
