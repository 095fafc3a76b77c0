import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readInventory } from "../../inventory/read-inventory";

const valid = readFileSync(join(__dirname, "..", "fixtures", "inventories", "promotion.yaml"), "utf8");
const read = (text: string) => readInventory(Buffer.from(text), "mirrors.yaml", new Date("2026-11-21T12:00:00Z"));

const require = "require: [google/us-central1, aws/us-east-1]";
const pushed = "          registry: registry.hoster.example.net/artifacts";

/** Common mistakes in `staging` and `promotion`, and the suggested fixes. */
const mistakes: readonly (readonly [part: string, mistake: string, typed: string])[] = [
  ["[alice, bob]", '["@alice", bob]', "Write alice"],
  ["[carol]", "carol", "Write approvers: [carol]"],
  ["files-at: release ", "files-at: release/ ", "Write files-at: release"],
  ["images-at: [charts]", "images-at: [charts/]", "Write charts"],
  [
    '"group:k8s-release@example.org"',
    "k8s-release@example.org",
    "Write group:k8s-release@example.org, user:k8s-release@example.org or serviceAccount:k8s-release@example.org.",
  ],
  ["retention: 30", "retention: 30 days", "Write retention: 30"],
  ["manifests: releases", "manifests: ./releases/", "Write manifests: releases"],
  [require, "require: google/us-central1", "Write require: [google/us-central1]"],
  [require, "require: All", "Write require: all"],
  [require, 'require: "3"', "Write require: 3"],
  [require, "require: [google, aws/us-east-1]", "The mirrors, besides the origin, that must hold a release"],
  ["binaries: all", "binaries: ALL", "Write gs://k8s-artifacts-prod/binaries: all"],
  ["us.gcr.io/k8s-artifacts-prod: g", "mirrors: g", "Rename it, such as mirrors.example.org, and"],
  ["us.gcr.io/k8s-artifacts-prod: g", "https://mirrors.example.org: g", "Rename it, such as mirrors.example.org, and"],
  ["us.gcr.io/k8s-artifacts-prod: g", "azure://mirrors: g", "Rename it, such as mirrors.example.org, and"],
  [
    "us.gcr.io/k8s-artifacts-prod: g",
    "US.gcr.io/k8s-artifacts-prod: g",
    "Rename it to us.gcr.io/k8s-artifacts-prod, and",
  ],
  ["read-back: 0.05", "read-back: 5%", "Write read-back: 0.05"],
  [
    "repository: example-org@123456/artifacts@456789",
    "repository: https://github.com/example-org/artifacts",
    "Write repository: example-org/artifacts",
  ],
  [pushed, pushed.replace("registry: ", "registry: https://"), "Write registry: registry.hoster.example.net/artifacts"],
  ["credentials: HOSTER", "credentials: hoster", "Write credentials: HOSTER"],
  ["filled-by: donor", "filled-by: doner", "Write filled-by: donor"],
  ["withdrawal: true\n        weight", "withdrawal: yes\n        weight", "Write withdrawal: true"],
];

test.each(mistakes)("%s: %s", (part, mistake, typed) => {
  expect(valid).toContain(part);
  const { problems } = read(valid.replace(part, () => mistake));
  expect(problems).toHaveLength(1);
  expect(problems[0]?.fix).toContain(typed);
});

test("a final slash of a destination does not matter", () => {
  expect(read(valid.replace("binaries: all", "binaries/: all"))).toEqual(read(valid));
});
