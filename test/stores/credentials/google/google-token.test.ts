import { createVerify, generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findGoogleToken } from "../../../../stores/credentials/google/google-token";
import { type Asked, EndpointDouble, emptyEnvironment, hostileAnswers } from "../endpoint-double";

const endpoint = new EndpointDouble();
let folder: string;

beforeAll(() => endpoint.start());
afterAll(() => endpoint.stop());
beforeEach(() => {
  endpoint.reset();
  folder = mkdtempSync(join(tmpdir(), "mirrorform-google-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const answer = { access_token: "ya29.token", expires_in: 3599, token_type: "Bearer" };
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = privateKey.export({ type: "pkcs8", format: "pem" });

function file(content: object | string): string {
  const name = join(folder, "credentials.json");
  writeFileSync(name, typeof content === "string" ? content : JSON.stringify(content));
  return name;
}

/** Finds a token with this credential file. */
async function find(content: object | string, environment: NodeJS.ProcessEnv = {}) {
  const getToken = await findGoogleToken({
    ...emptyEnvironment,
    GOOGLE_APPLICATION_CREDENTIALS: file(content),
    ...environment,
  });
  return getToken?.();
}

const key = () => ({
  type: "service_account",
  client_email: "promoter@example.iam.gserviceaccount.com",
  private_key: pem,
  private_key_id: "k1",
  token_uri: `${endpoint.url}/token`,
});

const user = () => ({
  type: "authorized_user",
  client_id: "c",
  client_secret: "s",
  refresh_token: "r",
  token_uri: `${endpoint.url}/token`,
});

const external = (source: object) => ({
  type: "external_account",
  audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/github",
  subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
  token_url: `${endpoint.url}/v1/token`,
  credential_source: source,
});

test("no configuration: no token, and no requests", async () => {
  expect(await findGoogleToken(emptyEnvironment)).toBeUndefined();
});

test("the metadata server", async () => {
  endpoint.answer = ({ headers }) => (headers["metadata-flavor"] === "Google" ? answer : undefined);
  const getToken = await findGoogleToken({ ...emptyEnvironment, GCE_METADATA_HOST: endpoint.host });
  expect(await getToken?.()).toBe("ya29.token");
  expect(await getToken?.()).toBe("ya29.token");
  expect(endpoint.paths).toEqual(["/computeMetadata/v1/instance/service-accounts/default/token"]);
});

test("a service account's key signs an assertion", async () => {
  endpoint.answer = () => answer;
  expect(await find(key())).toBe("ya29.token");
  const { assertion = "", grant_type } = endpoint.asked[0]?.form ?? {};
  expect(grant_type).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
  const [head = "", claims = "", signature = ""] = assertion.split(".");
  const decode = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString());
  expect(decode(head)).toEqual({ alg: "RS256", typ: "JWT", kid: "k1" });
  expect(decode(claims)).toMatchObject({
    iss: "promoter@example.iam.gserviceaccount.com",
    aud: `${endpoint.url}/token`,
    scope: "https://www.googleapis.com/auth/cloud-platform",
  });
  expect(createVerify("RSA-SHA256").update(`${head}.${claims}`).verify(publicKey, signature, "base64url")).toBe(true);
});

test("a user's refresh token, from the file of gcloud", async () => {
  endpoint.answer = ({ form }) => (form.refresh_token === "r" ? answer : undefined);
  mkdirSync(join(folder, "gcloud"));
  writeFileSync(join(folder, "gcloud", "application_default_credentials.json"), JSON.stringify(user()));
  const getToken = await findGoogleToken({ ...emptyEnvironment, CLOUDSDK_CONFIG: join(folder, "gcloud") });
  expect(await getToken?.()).toBe("ya29.token");
});

describe("workload identity federation", () => {
  test("a token in a file", async () => {
    endpoint.answer = () => answer;
    writeFileSync(join(folder, "token"), "eyJ.subject\n");
    expect(await find(external({ file: join(folder, "token") }))).toBe("ya29.token");
    expect(endpoint.asked[0]?.form).toMatchObject({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token: "eyJ.subject",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    });
  });

  test("GitHub's endpoint, and a service account that it may act as", async () => {
    const expireTime = new Date(Date.now() + 3_600_000).toISOString();
    endpoint.answer = ({ path, headers }: Asked) => {
      if (path === "/github") return headers.authorization === "Bearer request" ? { value: "eyJ.github" } : undefined;
      if (path === "/v1/token") return { ...answer, access_token: "federated" };
      return headers.authorization === "Bearer federated" ? { accessToken: "ya29.account", expireTime } : undefined;
    };
    const source = {
      url: `${endpoint.url}/github`,
      headers: { Authorization: "Bearer request" },
      format: { type: "json", subject_token_field_name: "value" },
    };
    const content = {
      ...external(source),
      service_account_impersonation_url: `${endpoint.url}/v1/sa:generateAccessToken`,
    };
    expect(await find(content)).toBe("ya29.account");
    expect(endpoint.paths).toEqual(["/github", "/v1/token", "/v1/sa:generateAccessToken"]);
    expect(endpoint.asked[1]?.form.subject_token).toBe("eyJ.github");
  });

  test("a role of AWS", async () => {
    endpoint.answer = () => answer;
    const url = "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15";
    const source = { environment_id: "aws1", url: "http://169.254.169.254/x", regional_cred_verification_url: url };
    const environment = {
      AWS_ACCESS_KEY_ID: "AKIA1",
      AWS_SECRET_ACCESS_KEY: "s",
      AWS_SESSION_TOKEN: "t",
      AWS_REGION: "eu-west-1",
    };
    expect(await find(external(source), environment)).toBe("ya29.token");
    const signed = JSON.parse(decodeURIComponent(endpoint.asked[0]?.form.subject_token ?? ""));
    expect(signed).toMatchObject({
      method: "POST",
      url: "https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15",
    });
    const headers = Object.fromEntries(signed.headers.map(({ key, value }: Record<string, string>) => [key, value]));
    expect(headers).toMatchObject({
      host: "sts.eu-west-1.amazonaws.com",
      "x-amz-security-token": "t",
      "x-goog-cloud-target-resource": external({}).audience,
    });
    expect(headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIA1\/\d{8}\/eu-west-1\/sts\/aws4_request, SignedHeaders=host;.*x-goog-cloud-target-resource/,
    );
  });
});

test.each<[string, () => object | string, string]>([
  ["no JSON", () => "{", "is not a credential file of Google with a known type"],
  ["another type", () => ({ type: "external_account_authorized_user" }), "is not a credential file of Google"],
  ["no private key", () => ({ ...key(), private_key: "x" }), "is not a private RSA key"],
  [
    "another host for the key",
    () => ({ ...key(), token_uri: "https://googleapis.com.evil.example/token" }),
    "token_uri of the credential file names googleapis.com.evil.example",
  ],
  ["another host for the user", () => ({ ...user(), token_uri: "https://evil.example/" }), "names evil.example"],
  ["plain http", () => ({ ...key(), token_uri: "http://oauth2.googleapis.com/token" }), "use https"],
  ["a missing token file", () => external({ file: "/nonexistent" }), "cannot be read (ENOENT)"],
  ["a plain source", () => external({ url: "http://example.org/" }), "use https"],
])("a file with %s", async (_, content, message) => {
  endpoint.answer = () => answer;
  await expect(find(content())).rejects.toThrow(message);
  expect(endpoint.asked).toEqual([]);
});

test.each(hostileAnswers)("an endpoint that answers with %s", async (_, misbehave) => {
  endpoint.misbehave = misbehave;
  await expect(find(user())).rejects.toMatchObject({ name: "StoreError" });
  expect(endpoint.asked).toHaveLength(1);
});
