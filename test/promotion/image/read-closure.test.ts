import { readClosure } from "../../../promotion/image/read-closure";
import { groupSignatureTags } from "../../../promotion/image/signature-tag";
import { createJsonContent, descriptorOf } from "../../../stores/registry/content";
import { mediaTypes } from "../../../stores/registry/media-types";
import { blob, image, index, MemoryImageRepository } from "./memory-image-repository";

const repository = () => new MemoryImageRepository();

test("an index comes after its children, with the distinct blobs of all", async () => {
  const source = repository();
  const children = [image([blob("base"), blob("amd64")]), image([blob("base"), blob("arm64")])];
  const root = index(children);
  for (const content of [...children, root]) source.hold(content);
  const closure = await readClosure(root.digest, { repository: source });
  expect(closure.manifests.map(({ content }) => content.digest)).toEqual(
    [...children, root].map((each) => each.digest),
  );
  const documents = [...children, root].reduce((sum, { bytes }) => sum + bytes.length, 0);
  expect(closure.blobs.size).toBe(4);
  expect(closure.bytes).toBe(10 + 300 + documents);
});

test("signatures of the index and of its children, and referrers of referrers, follow their subject", async () => {
  const source = repository();
  const child = source.hold(image([blob("layer")]));
  const root = source.hold(index([child]));
  const attestation = source.hold(image([blob("attestation")], child));
  const signed = source.hold(image([blob("signature of the attestation")], attestation));
  const tag = `${child.digest.replace(":", "-")}.sig`;
  const signature = source.hold(image([blob("signature")]), tag);
  const signatureTags = groupSignatureTags([tag, "v1", `${root.digest.replace(":", "-")}.asc`]);
  const closure = await readClosure(root.digest, { repository: source, signatureTags });
  expect(closure.manifests.map(({ content, attachedTo }) => [content.digest, attachedTo])).toEqual([
    [child.digest, undefined],
    [root.digest, undefined],
    [attestation.digest, child.digest],
    [signed.digest, attestation.digest],
    [signature.digest, child.digest],
  ]);
  expect([...closure.signatureTags]).toEqual([[tag, signature.digest]]);
});

test("a child of the image is one, also if something that is attached to another child claims it", async () => {
  const source = repository();
  const [first, second] = [source.hold(image([blob("amd64")])), source.hold(image([blob("arm64")]))];
  const root = source.hold(index([first, second]));
  const claim = source.hold(index([second], first));
  const closure = await readClosure(root.digest, { repository: source });
  expect(closure.manifests.map(({ content, attachedTo }) => [content.digest, attachedTo])).toEqual([
    [first.digest, undefined],
    [second.digest, undefined],
    [root.digest, undefined],
    [claim.digest, first.digest],
  ]);
});

test("without referrers, each manifest takes one request", async () => {
  const source = repository();
  const child = source.hold(image([blob("layer")]));
  const root = source.hold(index([child]));
  await readClosure(root.digest, { repository: source, withReferrers: false });
  expect(source.asked).toEqual([`GET ${root.digest}`, `GET ${child.digest}`]);
});

test("a manifest that is listed as a referrer, but refers to something else, is not one", async () => {
  const source = repository();
  const root = source.hold(image([blob("layer")]));
  const other = source.hold(image([blob("other")], image([])));
  source.reported.set(root.digest, [descriptorOf(other), descriptorOf(root)]);
  const closure = await readClosure(root.digest, { repository: source });
  expect(closure.manifests.map(({ content }) => content.digest)).toEqual([root.digest]);
});

test("layers that must not be distributed are left out", async () => {
  const source = repository();
  const foreign = [
    "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
    "application/vnd.oci.image.layer.nondistributable.v1.tar",
  ];
  const root = source.hold(image([blob("layer"), ...foreign.map((type) => blob(type, 5, type))]));
  const { blobs } = await readClosure(root.digest, { repository: source });
  expect([...blobs.keys()]).toEqual([blob("config").digest, blob("layer").digest]);
});

const attacks: readonly {
  readonly name: string;
  readonly hold: (source: MemoryImageRepository) => string;
  readonly message: RegExp;
}[] = [
  {
    name: "a missing child",
    hold: (source) => source.hold(index([image([blob("layer")])])).digest,
    message: /is missing/,
  },
  {
    name: "indexes within indexes",
    hold: (source) => {
      let root = source.hold(image([blob("layer")]));
      for (let depth = 0; depth < 10; depth++) root = source.hold(index([root]));
      return root.digest;
    },
    message: /more than 8 levels/,
  },
  {
    name: "referrers without end",
    hold: (source) => {
      const root = source.hold(image([blob("layer")]));
      source.reported.set(
        root.digest,
        Array.from({ length: 3_000 }, (_, number) => blob(`${number}`)),
      );
      return root.digest;
    },
    message: /3000 referrers/,
  },
  {
    name: "one blob with two sizes",
    hold: (source) => source.hold(image([blob("layer", 1), blob("layer", 2)])).digest,
    message: /gives sha256:\w+ 2 bytes, and another manifest 1 bytes/,
  },
  {
    name: "Docker's schema 1",
    hold: (source) => source.hold(createJsonContent("application/vnd.docker.distribution.manifest.v1+json", {})).digest,
    message: /schema 2\) can be promoted/,
  },
  {
    name: "a negative size",
    hold: (source) => source.hold(image([blob("layer", -1)])).digest,
    message: /is not a valid manifest: layers\.0\.size/,
  },
  {
    name: "a digest that leads out of the repository",
    hold: (source) => source.hold(image([{ ...blob("layer"), digest: "../../secret" }])).digest,
    message: /is not a valid manifest: layers\.0\.digest/,
  },
  {
    name: "a document that is not JSON",
    hold: (source) =>
      source.hold({ mediaType: mediaTypes.manifest, digest: blob("x").digest, bytes: Buffer.from("{") }).digest,
    message: /is not a valid manifest: the document/,
  },
];

test.each(attacks)("$name is refused", async ({ hold, message }) => {
  const source = repository();
  await expect(readClosure(hold(source), { repository: source })).rejects.toThrow(message);
});
