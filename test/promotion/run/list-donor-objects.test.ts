import { listDonorObjects } from "../../../promotion/run/list-donor-objects";
import type { Target } from "../../../promotion/targets/target";
import { WebBucket } from "../../../stores/http/web-bucket";

const base = { mirror: "campus/lab", isOrigin: false, filling: "donor", mayRemove: false } as const;
const hexadecimal = "a".repeat(64);
const contents = {
  manifests: [],
  blobs: [
    { mediaType: "", digest: `sha256:${hexadecimal}`, size: 7 },
    { mediaType: "", digest: `sha512:${"b".repeat(128)}`, size: 8 },
  ],
  attached: [],
};
const list = {
  images: new Map(["z", "app"].map((repository) => [repository, { repository, digest: "", contents }])),
  files: new Map([["v1/a+b", { path: "v1/a+b", sha256: hexadecimal, size: 9 }]]),
};

test("paths are the keys of objects, and each blob is listed once, if a donor can check it", () => {
  const bucket = new WebBucket("https://lab.example.org/{key}");
  const targets: readonly Target[] = [
    { ...base, kind: "blobs", bucket, keyOf: (digest) => `images/${digest}` },
    { ...base, kind: "files", bucket, keyOf: (path) => path },
  ];
  expect(listDonorObjects(targets, list)).toEqual([
    {
      path: `images/sha256:${hexadecimal}`,
      size: 7,
      sha256: hexadecimal,
      from: `/v2/app/blobs/sha256:${hexadecimal}`,
    },
    { path: "v1/a+b", size: 9, sha256: hexadecimal, from: "/v1/a+b" },
  ]);
});
