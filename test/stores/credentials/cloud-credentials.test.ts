import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudCredentials } from "../../../stores/credentials/cloud-credentials";
import { containerRegistryLogin } from "../../../stores/credentials/registries/container-registry-login";
import { EndpointDouble, emptyEnvironment, hostileAnswers } from "./endpoint-double";

const endpoint = new EndpointDouble();
let folder: string;

beforeAll(() => endpoint.start());
afterAll(() => endpoint.stop());
beforeEach(() => {
  endpoint.reset();
  folder = mkdtempSync(join(tmpdir(), "mirrorform-logins-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const find = (host: string, environment: NodeJS.ProcessEnv = {}) =>
  new CloudCredentials({ ...emptyEnvironment, ...environment }).findLogin()(host);

const keys = { AWS_ACCESS_KEY_ID: "AKIA1", AWS_SECRET_ACCESS_KEY: "s" };
const grant = () => ({
  authorizationToken: Buffer.from("AWS:pass:word").toString("base64"),
  expiresAt: Date.now() / 1000 + 43_200,
});

test.each(["us-docker.pkg.dev", "public.ecr.aws", "one.azurecr.io", "ghcr.io"])(
  "%s: no login without configuration",
  async (host) => {
    expect(await find(host)).toBeUndefined();
  },
);

test.each(["us-central1-docker.pkg.dev", "europe-docker.pkg.dev", "gcr.io", "eu.gcr.io"])(
  "%s: a token of Google",
  async (host) => {
    endpoint.answer = () => ({ access_token: "ya29.token", expires_in: 3599 });
    expect(await find(host, { GCE_METADATA_HOST: endpoint.host })).toEqual({
      username: "oauth2accesstoken",
      password: "ya29.token",
    });
  },
);

test.each([
  "docker.pkg.dev.evil.example",
  "evil-docker.pkg.dev.example",
  "xgcr.io",
  "public.ecr.aws.example",
  "azurecr.io",
])("%s gets no cloud's login", async (host) => {
  endpoint.answer = () => ({ access_token: "ya29.token", expires_in: 3599 });
  expect(await find(host, { GCE_METADATA_HOST: endpoint.host, ...keys })).toBeUndefined();
  expect(endpoint.asked).toEqual([]);
});

test("Docker's configuration takes precedence", async () => {
  const auth = Buffer.from("ada:secret").toString("base64");
  writeFileSync(join(folder, "config.json"), JSON.stringify({ auths: { "gcr.io": { auth } } }));
  const environment = { GCE_METADATA_HOST: endpoint.host, DOCKER_CONFIG: folder };
  expect(await find("gcr.io", environment)).toEqual({ username: "ada", password: "secret" });
});

test("a login is obtained once for all repositories", async () => {
  endpoint.answer = () => ({ access_token: "ya29.token", expires_in: 3599 });
  const credentials = new CloudCredentials({ ...emptyEnvironment, GCE_METADATA_HOST: endpoint.host });
  await Promise.all([credentials.findLogin()("gcr.io"), credentials.findLogin()("us-docker.pkg.dev")]);
  await credentials.findLogin()("gcr.io");
  expect(endpoint.asked).toHaveLength(1);
});

describe("AWS", () => {
  test("ECR Public, by a signed request", async () => {
    endpoint.answer = () => ({ authorizationData: grant() });
    const environment = { ...keys, AWS_ENDPOINT_URL_ECR_PUBLIC: endpoint.url };
    expect(await find("public.ecr.aws", environment)).toEqual({ username: "AWS", password: "pass:word" });
    expect(endpoint.asked[0]).toMatchObject({ method: "POST", body: "{}" });
    expect(endpoint.asked[0]?.headers).toMatchObject({
      "x-amz-target": "SpencerFrontendService.GetAuthorizationToken",
      "content-type": "application/x-amz-json-1.1",
      authorization: expect.stringMatching(/Credential=AKIA1\/\d{8}\/us-east-1\/ecr-public\/aws4_request/),
    });
  });

  test("a private registry, in its region", async () => {
    endpoint.answer = () => ({ authorizationData: [grant()] });
    const environment = { ...keys, AWS_ENDPOINT_URL_ECR: endpoint.url };
    const login = await find("123456789012.dkr.ecr.eu-west-1.amazonaws.com", environment);
    expect(login).toEqual({ username: "AWS", password: "pass:word" });
    expect(endpoint.asked[0]?.headers).toMatchObject({
      "x-amz-target": "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken",
      authorization: expect.stringMatching(/\/eu-west-1\/ecr\/aws4_request/),
    });
  });

  test.each([...hostileAnswers, ["no password", { authorizationToken: "QVdT", expiresAt: 9e9 }] as const])(
    "ECR Public answers with %s",
    async (_, answer) => {
      if (typeof answer === "function") endpoint.misbehave = answer;
      else endpoint.answer = () => ({ authorizationData: answer });
      const environment = { ...keys, AWS_ENDPOINT_URL_ECR_PUBLIC: endpoint.url };
      await expect(find("public.ecr.aws", environment)).rejects.toMatchObject({ name: "StoreError" });
    },
  );
});

describe("Azure", () => {
  test("the registry exchanges a token of Microsoft Entra for a refresh token", async () => {
    endpoint.answer = ({ form }) => ({ refresh_token: `refresh for ${form.access_token}`.replaceAll(" ", ".") });
    const findLogin = containerRegistryLogin(endpoint.host, async () => "eyJ.entra");
    expect(await findLogin(endpoint.host)).toEqual({ identityToken: "refresh.for.eyJ.entra" });
    expect(await findLogin(endpoint.host)).toEqual({ identityToken: "refresh.for.eyJ.entra" });
    expect(endpoint.asked).toMatchObject([
      {
        path: "/oauth2/exchange",
        form: { grant_type: "access_token", service: endpoint.host, access_token: "eyJ.entra" },
      },
    ]);
  });

  test.each(hostileAnswers)("it answers with %s", async (_, misbehave) => {
    endpoint.misbehave = misbehave;
    const findLogin = containerRegistryLogin(endpoint.host, async () => "eyJ.entra");
    await expect(findLogin(endpoint.host)).rejects.toMatchObject({ name: "StoreError" });
  });
});
