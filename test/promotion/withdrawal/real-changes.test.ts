import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readManifests } from "../../../promotion/manifests/read-manifests";
import { findWithdrawnPlaces } from "../../../promotion/manifests/withdrawn-places";
import { findVanished } from "../../../promotion/withdrawal/find-vanished";
import { listPromoted } from "../../../promotion/withdrawal/list-promoted";
import { filestores, registries } from "../manifests/manifest-tree";

const real = join(__dirname, "../../../../shared/data/promotion/changes");

const placement = {
  stagingOf: () => undefined,
  hasProject: () => true,
  imagesAt: (project: string) => [project],
  filesAt: (project: string) => project,
  ownerOf: () => undefined,
  destinations: new Map([
    ["us.gcr.io/k8s-artifacts-prod", "all" as const],
    ["gs://k8s-artifacts-prod/binaries", "all" as const],
    ["us-west1-docker.pkg.dev/k8s-artifacts-prod/images", "all" as const],
  ]),
};

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Copies one side of a change, and adds the files with places that its data leaves out. */
function complete(side: string): string {
  const folder = mkdtempSync(join(tmpdir(), "change-"));
  folders.push(folder);
  const root = join(folder, "manifests-of-kubernetes");
  mkdirSync(root);
  for (const name of existsSync(side) ? readdirSync(side) : []) cpSync(join(side, name), root, { recursive: true });
  const write = (path: string, text: string) => {
    if (existsSync(path)) return;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  const isImages = existsSync(join(root, "images"));
  const projects = existsSync(join(root, isImages ? "images" : "manifests"))
    ? readdirSync(join(root, isImages ? "images" : "manifests"))
    : [];
  for (const project of projects) {
    const short = project.replace("k8s-staging-", "");
    const at = "us.gcr.io/k8s-artifacts-prod";
    if (isImages)
      write(
        join(root, "manifests", project, "promoter-manifest.yaml"),
        registries(`gcr.io/${project}`, `${at}/${short}`),
      );
    else
      write(
        join(root, "filestores", project, "filepromoter-manifest.yaml"),
        filestores(`gs://${project}/${short}/`, `gs://k8s-artifacts-prod/binaries/${short}/`),
      );
  }
  return root;
}

/** What a change makes vanish: lines for `withdrawn.yaml`, by what they withdraw. */
function decide(change: string): string {
  const [before, after] = [complete(join(change, "before")), complete(join(change, "after"))];
  const former = readManifests([before], placement);
  const now = readManifests([after], placement);
  const manifests = { withdrawn: now.promoted.withdrawn, mentions: now.mentions };
  const places = findWithdrawnPlaces([after], now.mentions, placement);
  const found = findVanished(listPromoted(former.promoted), manifests, places, "2026-11-26");
  const lines = found.flatMap(({ paste }) => paste?.lines ?? []);
  const count = (start: string) => lines.filter((line) => line.startsWith(start)).length;
  const tags = lines
    .filter((line) => line.startsWith("  tags: "))
    .flatMap((line) => JSON.parse(line.slice(8)) as string[]);
  const files = lines.includes("files:") ? count("- name: ") : 0;
  return (
    [`${count("  digest: ")} digests`, `${tags.length} tags`, `${files} files`]
      .filter((part) => !part.startsWith("0 "))
      .join(", ") || "nothing"
  );
}

(existsSync(real) ? describe : describe.skip)("the 22 real changes", () => {
  test("say what vanishes: a tag that moves does not, its former digest does if nothing else lists it", () => {
    const decisions = Object.fromEntries(readdirSync(real).map((change) => [change, decide(join(real, change))]));
    expect(decisions).toEqual({
      "2020-04-20-1063069fca-metrics-server-five-digests-taken-back": "5 digests",
      "2020-06-18-89c4c00cf1-csi-project-moved": "11 digests",
      "2020-10-28-11093eac71-kube-state-metrics-tags-renamed": "6 tags",
      // The project got another name, and kept its paths.
      "2020-11-05-74bfdc5741-seccomp-operator-withdrawn": "nothing",
      "2020-11-11-80fb388221-capi-openstack-tag-moved": "1 digests",
      "2021-01-07-77a0402dfa-provider-aws-tags-added-beside": "nothing",
      "2021-07-30-c3c9a442a8-csi-secrets-store-tag-moved": "1 digests",
      "2022-06-13-6905a258b4-kueue-tag-moved-between-known-digests": "nothing",
      "2022-06-13-792d91470f-kueue-tag-moved": "nothing",
      // A destination is listed twice: an error, so that nothing of the project was promoted.
      "2022-08-16-2b15e5277e-experimental-all-withdrawn": "nothing",
      "2022-08-25-18b877ef8a-kueue-move-reverted": "1 digests",
      "2022-08-25-eab585ec42-kueue-tag-moved": "1 digests",
      "2022-09-19-dc30bddfe2-sig-storage-five-digests-taken-back": "5 digests",
      "2023-02-17-844a7f8d7c-kops-files-backfill-withdrawn": "692 files",
      "2023-03-08-72cc05ce21-provider-aws-files-renamed": "4 files",
      "2023-03-16-28311e11aa-kwok-tags-moved": "nothing",
      "2023-03-16-d91e7a8f38-kwok-move-reverted": "7 digests",
      "2023-03-19-200e1fcb39-kwok-tags-changed": "nothing",
      // The digest that goes was in conflict with another one of the same tag, so that neither was promoted.
      "2023-04-05-f652cce65a-releng-digest-corrected": "nothing",
      "2023-05-05-570d8112c2-jobset-tag-moved": "1 digests",
      "2023-05-05-cae8c7c268-jobset-tag-moved": "1 digests",
      // Another digest of the project has 62 digits: an error, so that nothing of it was promoted.
      "2024-04-19-1e3eb3ad9a-ingress-nginx-two-digests-taken-back": "nothing",
    });
  });
});
