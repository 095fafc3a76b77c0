import { jsonAnswer } from "../../../stores/local/local-answer";
import { listAzureDigests } from "../../../stores/registry/azure-digests";
import { RegistryConnection } from "../../../stores/registry/registry-connection";
import { MemoryRegistry } from "./memory-registry";

let registry: MemoryRegistry;

beforeEach(async () => {
  registry = await new MemoryRegistry().start();
});

afterEach(() => registry.stop());

async function list() {
  const options = { host: registry.host, name: "images/pause", access: "pull" } as const;
  const pages = [];
  for await (const page of listAzureDigests(new RegistryConnection({ ...options, findLogin: async () => undefined }))) {
    pages.push(...page);
  }
  return pages;
}

const digestOf = (digit: number) => `sha256:${String(digit).repeat(64)}`;

test("manifests are listed page by page, with sizes and tags", async () => {
  registry.instead = ({ path }) =>
    path === "/acr/v1/images/pause/_manifests?n=1000"
      ? jsonAnswer(
          { imageName: "images/pause", manifests: [{ digest: digestOf(1), imageSize: 7, tags: ["3.9", "latest"] }] },
          { Link: '</acr/v1/images/pause/_manifests?last=sha256%3A1&n=1000&orderby=>; rel="next"' },
        )
      : jsonAnswer({ imageName: "images/pause", manifests: [{ digest: digestOf(2) }] });
  expect(await list()).toEqual([
    [digestOf(1), { tags: ["3.9", "latest"], size: 7 }],
    [digestOf(2), { tags: [], size: undefined }],
  ]);
});

test.each([
  ["a repository that does not exist is empty", { status: 404 }, []],
  ["no list: an error", jsonAnswer({ manifests: 7 }), "does not send a list"],
  ["no digest: an error", jsonAnswer({ manifests: [null] }), "which is not a digest"],
  ["without permission: denied", { status: 403 }, "docker login"],
])("%s", async (_, answer, expected) => {
  registry.instead = () => answer;
  if (typeof expected === "string") await expect(list()).rejects.toThrow(expected);
  else expect(await list()).toEqual(expected);
});
