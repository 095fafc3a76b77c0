import { parseManifest } from "../../../promotion/image/parse-manifest";
import { createJsonContent, digestOf } from "../../../stores/registry/content";
import { dockerMediaTypes, mediaTypes } from "../../../stores/registry/media-types";

const blob = { mediaType: mediaTypes.layer, digest: digestOf(Buffer.from("layer")), size: 5 };
const config = { ...blob, mediaType: mediaTypes.config };
const image = { schemaVersion: 2, config, layers: [blob] };
const index = { schemaVersion: 2, manifests: [{ ...blob, mediaType: mediaTypes.manifest }] };
const parse = (mediaType: string, value: object) =>
  parseManifest(createJsonContent(mediaType, value), "gcr.io/staging/app");

test.each<[string, string, object]>([
  ["without its own media type", mediaTypes.manifest, image],
  ["with an empty media type", mediaTypes.manifest, { ...image, mediaType: "" }],
  ["with its own media type", dockerMediaTypes.manifest, { ...image, mediaType: dockerMediaTypes.manifest }],
  ["an index with empty members of an image", mediaTypes.index, { ...index, config: null, layers: [] }],
])("%s", (_, mediaType, value) => {
  expect(parse(mediaType, value).isIndex).toBe(mediaType === mediaTypes.index);
});

test.each<[string, string, object, RegExp]>([
  [
    "an index that the registry calls an image",
    mediaTypes.manifest,
    { ...image, mediaType: mediaTypes.index },
    /in the manifest itself/,
  ],
  ["an image with manifests", mediaTypes.manifest, { ...image, manifests: index.manifests }, /with manifests/],
  ["an index with layers", mediaTypes.index, { ...index, layers: [blob] }, /with layers/],
  ["an index with a configuration", mediaTypes.index, { ...index, config }, /with config/],
  ["a size below 0", mediaTypes.manifest, { ...image, layers: [{ ...blob, size: -1 }] }, /layers\.0\.size/],
  [
    "a size that no registry has",
    mediaTypes.manifest,
    { ...image, layers: [{ ...blob, size: 2 ** 50 }] },
    /layers\.0\.size/,
  ],
  [
    "a digest that leads elsewhere",
    mediaTypes.manifest,
    { ...image, layers: [{ ...blob, digest: "sha256:../x" }] },
    /digest/,
  ],
])("%s is refused", (_, mediaType, value, message) => {
  expect(() => parse(mediaType, value)).toThrow(message);
});
