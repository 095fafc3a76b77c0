import { parseBucketUrl } from "../../../promotion/targets/parse-bucket-url";
import { placeStores } from "../../../promotion/targets/place-stores";
import { SourceStores } from "../../../promotion/targets/source-stores";
import { StoreOpener } from "../../../promotion/targets/store-opener";
import type { RegistryTarget } from "../../../promotion/targets/target";
import { CloudCredentials, isCloudRegistry } from "../../../stores/credentials/cloud-credentials";
import { readPromotionInventory } from "../../inventory/promotion-fixture";
import { emptyEnvironment } from "../../stores/credentials/endpoint-double";

const inventory = readPromotionInventory();
const environment = { ...emptyEnvironment, MIRRORFORM_HOSTER_USERNAME: "ada", MIRRORFORM_HOSTER_PASSWORD: "secret" };
const opener = new StoreOpener(environment, new CloudCredentials(environment));
const context = { inventory, facts: {}, environment, opener };
const stores = new SourceStores(context);

test.each([
  ["gs://k8s-staging-kops/kops/releases/", { at: "google", bucket: "k8s-staging-kops", rest: "kops/releases/" }],
  ["s3://staging", { at: "aws", bucket: "staging", rest: "" }],
  [
    "https://acct.blob.core.windows.net/artifacts/a/b",
    { at: "azure", account: "acct", container: "artifacts", rest: "a/b" },
  ],
  ["http://127.0.0.1:9000/staging/a/", { at: "s3", endpoint: "http://127.0.0.1:9000", bucket: "staging", rest: "a/" }],
])("%s", (text, parsed) => {
  expect(parseBucketUrl(text)).toEqual(parsed);
});

test.each([
  "",
  "gs://",
  "gs://UPPER/x",
  "http://example.org:80/b/x",
  "https://acct.blob.core.windows.net.evil.example/c/",
])("%j is not a bucket", (text) => {
  expect(() => parseBucketUrl(text)).toThrow("is not a bucket");
});

test("sources", () => {
  const { host, name } = stores.openSource("gcr.io/k8s-staging-kubernetes/pause");
  expect([host, name]).toEqual(["gcr.io", "k8s-staging-kubernetes/pause"]);
  const { bucket, key } = stores.openFile("gs://k8s-staging-kops/kops/1.30.0/kops");
  expect([bucket.url, key]).toEqual(["gs://k8s-staging-kops", "kops/1.30.0/kops"]);
  expect(stores.openSourceBucket("gs://k8s-staging-kops/a/").bucket).toBe(bucket);
});

test("a cloud's own registries may be anywhere", () => {
  expect(isCloudRegistry("10.0.0.5")).toBe(false);
  expect(isCloudRegistry("us-central1-docker.pkg.dev")).toBe(true);
});

test.each([
  "127.0.0.1:5000",
  "localhost:5000",
  "localhost",
  "registry.localhost",
  "10.0.0.5",
  "169.254.169.254",
  "[::1]:5000",
])("a source at %s is refused, unless private ones are allowed", (host) => {
  const source = `${host}/team/app`;
  expect(() => stores.openSource(source)).toThrow(
    `${source} is not on the public internet: name a public source, or give --allow-private-mirrors in a trial`,
  );
  expect(new SourceStores({ ...context, allowPrivate: true }).openSource(source)).toMatchObject({ host });
});

test("a bucket on loopback is refused, unless private ones are allowed", () => {
  const source = "http://127.0.0.1:9000/staging/a/";
  expect(() => stores.openSourceBucket(source)).toThrow("http://127.0.0.1:9000 is not on the public internet");
  expect(new SourceStores({ ...context, allowPrivate: true }).openSourceBucket(source).prefix).toBe("a/");
});

test("a repository is opened once for each access", () => {
  const targets = opener.openTargets(placeStores(inventory, {}).places);
  const registry = targets.find(({ kind }) => kind === "registry") as RegistryTarget;
  expect(stores.openRepository(registry, "pause")).toBe(stores.openRepository(registry, "pause", "push"));
  expect(stores.openRepository(registry, "pause", "pull")).not.toBe(stores.openRepository(registry, "pause"));
  expect(stores.openSource("gcr.io/a/b")).toBe(stores.openSource("gcr.io/a/b"));
});

test("targets are opened without a request", async () => {
  const targets = opener.openTargets(placeStores(inventory, {}).places);
  const find = (mirror: string, kind: string) => targets.find((each) => each.mirror === mirror && each.kind === kind);
  const blobs = find("hoster/falkenstein", "blobs");
  expect(blobs).toMatchObject({ bucket: { url: "https://fsn1.hoster.example.net/artifacts" } });
  expect(blobs?.kind === "blobs" && blobs.keyOf("sha256:$&")).toBe("images/sha256:$&");
  const registry = find("hoster/falkenstein", "registry") as RegistryTarget;
  expect(await registry.findLogin(registry.host)).toEqual({ username: "ada", password: "secret" });
  expect(stores.openRepository(registry, "pause").name).toBe("artifacts/pause");
});

test("named credentials that are missing are an error that names the variable", async () => {
  const { findLogin } = { findLogin: opener.findLogin({ credentials: "OTHER" }) };
  await expect(findLogin("registry.example.org")).rejects.toThrow("MIRRORFORM_OTHER_USERNAME is not set");
});
