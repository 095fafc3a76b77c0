import { TargetHealth } from "../../../promotion/run/target-health";
import type { RegistryTarget } from "../../../promotion/targets/target";
import type { Removal } from "../../../promotion/withdrawal/removal";
import type { RemovalContext } from "../../../promotion/withdrawal/target-remover";
import { TargetRemover } from "../../../promotion/withdrawal/target-remover";
import { createJsonContent, descriptorOf } from "../../../stores/registry/content";
import { mediaTypes } from "../../../stores/registry/media-types";
import { Repository } from "../../../stores/registry/repository";
import { MemoryRegistry } from "../../stores/registry/memory-registry";
import { image, index } from "../image/memory-image-repository";
import { createTickClock } from "../transfer/simulated-copy";

const child = image([]);
const release = index([child]);
const referrer = createJsonContent(mediaTypes.manifest, {
  schemaVersion: 2,
  mediaType: mediaTypes.manifest,
  config: descriptorOf(createJsonContent(mediaTypes.config, {})),
  layers: [],
  subject: descriptorOf(release),
});

const registry = new MemoryRegistry();
const findLogin: RegistryTarget["findLogin"] = async () => undefined;
const context: RemovalContext = {
  openTarget: ({ host }, name) => new Repository({ host, name, access: "push", findLogin }),
  health: new TargetHealth(),
  clock: createTickClock(),
  signal: new AbortController().signal,
};

const removal: Removal = {
  state: "delete",
  kind: "image",
  project: "app",
  name: "app/a",
  digest: release.digest,
  tags: ["v1", "v1.0"],
  reason: "broken",
  hidden: "",
  after: "",
  from: ["google/us registry"],
  left: [],
  manifests: [referrer.digest, release.digest, child.digest],
};

beforeAll(() => registry.start());
afterAll(() => registry.stop());

beforeEach(async () => {
  Object.assign(registry, { removal: true, referrers: true, auth: undefined, instead: () => undefined });
  registry.manifests.clear();
  registry.tag("app/a", child);
  registry.tag("app/a", release, "v1", "v1.0");
  registry.tag("app/b", release, "v1");
});

function remove(of: Removal = removal) {
  const target: RegistryTarget = {
    kind: "registry",
    mirror: "google/us",
    isOrigin: true,
    filling: "run",
    mayRemove: true,
    host: registry.host,
    root: "",
    findLogin,
  };
  return new TargetRemover(target, context).remove([of]);
}

const held = (repository: string) => [...registry.manifests.keys()].filter((key) => key.startsWith(`${repository} `));

describe("a registry", () => {
  test.each([true, false])(
    "loses an image with its referrers and their list (referrers API: %s), and keeps it for another repository",
    async (hasApi) => {
      registry.referrers = hasApi;
      await context.openTarget({ host: registry.host } as RegistryTarget, "app/a").attach(referrer);
      expect(held("app/a").length).toBe(hasApi ? 5 : 7);
      expect(await remove()).toMatchObject([{ state: "deleted", target: "google/us registry" }]);
      const names = [release, child, referrer].map(({ digest }) => digest);
      const left = held("app/a").filter((key) => !key.includes("sha256:") || names.some((name) => key.endsWith(name)));
      // Lists of referrers that a later one replaced are left, without a tag.
      expect(left).toEqual([]);
      if (hasApi) expect(held("app/a")).toEqual([]);
      expect(held("app/b")).toHaveLength(2);
      expect(await remove()).toEqual([{ target: "google/us registry", state: "gone" }]);
    },
  );

  test("that wants a token gets one for deleting", async () => {
    registry.auth = {};
    registry.seen.length = 0;
    expect(await remove()).toMatchObject([{ state: "deleted" }]);
    const scopes = registry.seen.map(({ path }) => path).filter((path) => path.startsWith("/token"));
    expect(scopes.at(-1)).toContain(encodeURIComponent("repository:app/a:delete"));
  });

  test("that answers 405 keeps everything, and says so", async () => {
    registry.removal = false;
    const [outcome] = await remove();
    expect(outcome).toMatchObject({ state: "left", reason: expect.stringContaining("405") });
    expect(held("app/a")).toHaveLength(4);
  });

  test("that removes tags only with their digest loses both", async () => {
    registry.instead = ({ method, path }) =>
      method === "DELETE" && !path.includes("sha256:") ? { status: 405, body: Buffer.from("{}") } : undefined;
    expect(await remove()).toMatchObject([{ state: "deleted" }]);
    expect(held("app/a")).toEqual([]);
    registry.tag("app/a", release, "v1");
    expect(await remove({ ...removal, kind: "tags", tags: ["v1"], manifests: [] })).toMatchObject([{ state: "left" }]);
  });

  test("that says 202 and keeps it is a failure", async () => {
    registry.instead = ({ method }) => (method === "DELETE" ? { status: 202 } : undefined);
    const [outcome] = await remove();
    expect(outcome).toMatchObject({
      state: "failed",
      reason: expect.stringContaining("was deleted, but is still there"),
    });
  });
});
