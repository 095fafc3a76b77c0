import { decodeOverlay } from "../../overlay/decode-overlay";
import { encodeOverlay } from "../../overlay/encode-overlay";
import { imageKey } from "../../overlay/image-key";
import type { Case, Expected } from "./cases";

const digestOf = (letter: string): string => `sha256:${letter.repeat(64)}`;
const [promoted, unknown, withdrawn, layer] = ["a", "b", "c", "d"].map(digestOf) as [string, string, string, string];
const files = "dl.example.org";

/** The overlay of these cases. */
export const conformanceOverlay = decodeOverlay(
  encodeOverlay({
    issued: "2026-11-20T12:00:00Z",
    promoted: {
      covers: { images: ["pause"], files: ["release"] },
      newest: 2,
      complete: {},
      objects: [{ key: imageKey("pause", promoted), promotion: 1, isEverywhere: true }],
    },
    withdrawn: {
      images: [{ repository: "pause", digest: withdrawn, tags: ["3.1"], reason: "it was signed by mistake" }],
      objects: [imageKey("pause", layer)],
      files: [{ path: "release/v1/tool", reason: "it was built wrongly" }],
    },
  }),
);

const readable = { "cache-control": "no-store", "access-control-allow-origin": "*" };
const noImage: Expected = {
  status: 404,
  headers: { ...readable, "content-type": "application/json", "docker-distribution-api-version": "registry/2.0" },
};
const noFile: Expected = {
  status: 410,
  headers: { ...readable, "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" },
};
const registry = "https://us-central1-docker.pkg.dev/v2/artifacts-example/images";
const origin = "https://storage.googleapis.com/artifacts-gcp-us-central1";
/** To the origin, although the client is in a region with a mirror. */
const atOrigin = (location: string): Expected => ({ status: 307, location, headers: { ...readable, vary: "*" } });
const paris = "35.180.1.1";

const objects: readonly Omit<Case, "method">[] = [
  { name: "a withdrawn manifest", target: `/v2/pause/manifests/${withdrawn}`, expected: noImage },
  { name: "a withdrawn tag", target: "/v2/pause/manifests/3.1", expected: noImage },
  { name: "a withdrawn layer", target: `/v2/pause/blobs/${layer}`, expected: noImage },
  { name: "a withdrawn file", host: files, target: "/release/v1/tool?x=y", expected: noFile },
  { name: "its mirrors", host: files, target: "/release/v1/tool?mirrorlist", expected: noFile },
  {
    name: "a blob that was never promoted",
    target: `/v2/pause/blobs/${unknown}`,
    from: paris,
    expected: atOrigin(`${registry}/pause/blobs/${unknown}`),
  },
  {
    name: "a file that was never promoted",
    host: files,
    target: "/release/v2/tool",
    from: paris,
    expected: atOrigin(`${origin}/release/v2/tool`),
  },
];

/** Requests that the overlay decides. The exports do not use it. */
export const overlayCases: readonly Case[] = objects.flatMap((one) => [
  { ...one, name: `GET: ${one.name}` },
  { ...one, name: `HEAD: ${one.name}`, method: "HEAD" },
]);
