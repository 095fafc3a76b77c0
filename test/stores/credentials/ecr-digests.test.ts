import type { ServerResponse } from "node:http";
import { type EcrApi, ecrApiOf } from "../../../stores/credentials/registries/ecr-api";
import { ecrDigests } from "../../../stores/credentials/registries/ecr-digests";
import { mediaTypes } from "../../../stores/registry/media-types";
import { Registry } from "../../../stores/registry/registry";
import { MemoryRegistry } from "../registry/memory-registry";
import { EndpointDouble } from "./endpoint-double";

const double = new EndpointDouble();

beforeAll(() => double.start());
afterAll(() => double.stop());
beforeEach(() => double.reset());

const account = "123456789012";
const keys = { accessKeyId: "AKIA", secretAccessKey: "secret" };
const digestOf = (digit: number) => `sha256:${String(digit).repeat(64)}`;

const publicApi = () => ecrApiOf("public.ecr.aws", { AWS_ENDPOINT_URL_ECR_PUBLIC: double.url });

function lister(api: EcrApi = publicApi(), withKeys = true) {
  return ecrDigests({ api, account, getKeys: async () => (withKeys ? keys : undefined), wait: async () => undefined });
}

async function list(name: string, listDigests = lister()) {
  const found = [];
  for await (const page of listDigests(name)) found.push(...page);
  return found;
}

function refuse(status: number, body: object): void {
  double.misbehave = (response: ServerResponse) => response.writeHead(status).end(JSON.stringify(body));
}

test("ECR Public is asked for the images of the account's own repository, page by page, in signed requests", async () => {
  double.answer = ({ body }) =>
    JSON.parse(body).nextToken === undefined
      ? {
          imageDetails: [
            { imageDigest: digestOf(1), imageTags: ["3.9", "latest"], imageSizeInBytes: 7 },
            { imageDigest: digestOf(2), imageSizeInBytes: 8, imageManifestMediaType: mediaTypes.index },
          ],
          nextToken: "more",
        }
      : { imageDetails: [{ imageDigest: digestOf(3) }], nextToken: null };
  expect(await list("alias/kubernetes/pause")).toEqual([
    [digestOf(1), { tags: ["3.9", "latest"], size: 7 }],
    [digestOf(2), { tags: [], size: undefined }],
    [digestOf(3), { tags: [], size: undefined }],
  ]);
  const common = { registryId: account, repositoryName: "kubernetes/pause", maxResults: 1_000 };
  expect(double.asked.map(({ body }) => JSON.parse(body))).toEqual([common, { ...common, nextToken: "more" }]);
  for (const { headers, method } of double.asked) {
    expect(method).toBe("POST");
    expect(headers["x-amz-target"]).toBe("SpencerFrontendService.DescribeImages");
    expect(headers.authorization).toContain("/us-east-1/ecr-public/aws4_request");
  }
});

test("a private registry is asked in its region, by the repository's whole name", async () => {
  const host = `${account}.dkr.ecr.eu-west-1.amazonaws.com`;
  const api = ecrApiOf(host, { AWS_ENDPOINT_URL_ECR: double.url });
  expect(api.account).toBe(account);
  double.answer = () => ({ imageDetails: [] });
  expect(await list("staging/pause", lister(api))).toEqual([]);
  expect(JSON.parse(double.asked[0]?.body ?? "").repositoryName).toBe("staging/pause");
  expect(double.asked[0]?.headers.authorization).toContain("/eu-west-1/ecr/aws4_request");
  expect(double.asked[0]?.headers["x-amz-target"]).toBe("AmazonEC2ContainerRegistry_V20150921.DescribeImages");
});

test("a repository that does not exist is empty", async () => {
  refuse(400, { __type: "com.amazonaws.ecrpublic#RepositoryNotFoundException", message: "secret" });
  expect(await list("alias/pause")).toEqual([]);
});

test.each([
  ["no permission", 400, { __type: "AccessDeniedException" }, "denied", "permit ecr-public:DescribeImages"],
  ["throttling, to the end", 400, { __type: "ThrottlingException" }, "throttled", "(ThrottlingException)"],
  ["a failure, to the end", 500, {}, "transient", "status 500"],
  ["no list", 200, { imageDetails: 7 }, "refused", "does not send a list"],
  ["no digest", 200, { imageDetails: [{ imageDigest: "sha256:1" }] }, "refused", "which is not a digest"],
])("%s is an error", async (_, status, body, fault, message) => {
  refuse(status, body);
  await expect(list("alias/pause")).rejects.toMatchObject({ fault, message: expect.stringContaining(message) });
});

test("an answer that is throttled once is asked for again", async () => {
  let asked = 0;
  double.misbehave = (response) => {
    const [status, body] = asked++ === 0 ? [400, { __type: "ThrottlingException" }] : [200, { imageDetails: [] }];
    response.writeHead(status as number).end(JSON.stringify(body));
  };
  expect(await list("alias/pause")).toEqual([]);
});

describe("in a registry", () => {
  let registry: MemoryRegistry;

  beforeEach(async () => {
    registry = await new MemoryRegistry().start();
  });
  afterEach(() => registry.stop());

  function open(withKeys: boolean): Registry {
    const listDigests = lister(publicApi(), withKeys);
    return new Registry({ host: registry.host, access: "pull", findLogin: async () => undefined, listDigests });
  }

  test("its list is used instead of tags/list", async () => {
    double.answer = () => ({ imageDetails: [{ imageDigest: digestOf(1), imageTags: ["3.9"] }] });
    const found = await open(true).open("alias/pause").digestsByTag();
    expect(found).toEqual({
      byTag: new Map([["3.9", digestOf(1)]]),
      digests: new Set([digestOf(1)]),
      sizes: new Map(),
    });
    expect(registry.requests).toBe(0);
  });

  test("without credentials or permission, tags are asked for one by one, and the API is not asked again", async () => {
    const anonymous = open(false);
    expect(await anonymous.open("alias/pause").digestsByTag()).toBeUndefined();
    refuse(400, { __type: "AccessDeniedException" });
    const denied = open(true);
    expect(await denied.open("alias/pause").digestsByTag()).toBeUndefined();
    expect(await denied.open("alias/other").digestsByTag()).toBeUndefined();
    expect(double.asked).toHaveLength(1);
  });
});
