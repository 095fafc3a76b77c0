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

describe("a manifest that clients read differently is refused", () => {
  const text = JSON.stringify(image);
  const [evil] = [JSON.stringify([{ ...blob, size: 6 }])];
  const parseText = (written: string) => {
    const bytes = Buffer.from(written);
    return parseManifest({ mediaType: mediaTypes.manifest, digest: digestOf(bytes), bytes }, "gcr.io/staging/app");
  };

  test.each<[string, string, string]>([
    ["a member twice", `{"layers":${evil},${text.slice(1)}`, 'has two members "layers"'],
    ["a member in another case", `${text.slice(0, -1)},"Layers":${evil}}`, '"layers" and "Layers"'],
    ["in another case, escaped", `${text.slice(0, -1)},"\\u004cayers":${evil}}`, '"layers" and "Layers"'],
    ["with the long s", `${text.slice(0, -1)},"layer\u017f":${evil}}`, "layers"],
    ["a subject in another case only", `${text.slice(0, -1)},"Subject":null}`, 'take for "subject"'],
    ["manifests in another case only", `${text.slice(0, -1)},"MANIFESTS":[]}`, 'take for "manifests"'],
    ["a layer's digest twice", text.replace('"size":5', '"size":5,"Digest":"x"'), '"digest" and "Digest"'],
    ["an annotation twice", `${text.slice(0, -1)},"annotations":{"a":"1","a":"2"}}`, 'two members "a"'],
  ])("%s", (_, written, message) => {
    expect(() => parseText(text)).not.toThrow();
    expect(() => parseText(written)).toThrow(message);
  });

  test("but names of annotations are read as they are", () => {
    const annotations = { vendor: '{"a":1,"a":2}', Vendor: "b", subject: "c" };
    expect(() => parseText(JSON.stringify({ ...image, annotations, "org.example.Layers": 1 }))).not.toThrow();
  });
});
