import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AzureIdentity, findAzureToken } from "../../../../stores/credentials/azure/azure-token";
import { type Asked, EndpointDouble, emptyEnvironment, hostileAnswers } from "../endpoint-double";

const endpoint = new EndpointDouble();
let folder: string;

beforeAll(() => endpoint.start());
afterAll(() => endpoint.stop());
beforeEach(() => {
  endpoint.reset();
  folder = mkdtempSync(join(tmpdir(), "mirrorform-azure-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const identity = { tenant: "the-tenant", client: "the-client" };
const entra = { token_type: "Bearer", expires_in: 3599, access_token: "eyJ.azure" };
const inAnHour = () => String(Math.floor(Date.now() / 1000) + 3_600);

async function find(environment: NodeJS.ProcessEnv, usual?: AzureIdentity) {
  const getToken = await findAzureToken({ ...emptyEnvironment, ...environment }, "https://storage.azure.com", usual);
  return getToken?.();
}

function tokenFile(): string {
  writeFileSync(join(folder, "token"), "eyJ.file\n");
  return join(folder, "token");
}

test("no configuration: no token", async () => {
  expect(await find({})).toBeUndefined();
  expect(await find({}, identity)).toBeUndefined();
});

test("a federated token in a file", async () => {
  endpoint.answer = () => entra;
  const environment = {
    AZURE_FEDERATED_TOKEN_FILE: tokenFile(),
    AZURE_TENANT_ID: "the-tenant",
    AZURE_CLIENT_ID: "the-client",
    AZURE_AUTHORITY_HOST: endpoint.url,
  };
  expect(await find(environment)).toBe("eyJ.azure");
  expect(endpoint.paths).toEqual(["/the-tenant/oauth2/v2.0/token"]);
  expect(endpoint.asked[0]?.form).toEqual({
    grant_type: "client_credentials",
    client_id: "the-client",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: "eyJ.file",
    scope: "https://storage.azure.com/.default",
  });
});

test.each<[string, () => NodeJS.ProcessEnv]>([
  [
    "GitHub Actions",
    () => ({ ACTIONS_ID_TOKEN_REQUEST_URL: `${endpoint.url}/identity`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request" }),
  ],
  ["Google's metadata server", () => ({ GCE_METADATA_HOST: endpoint.host })],
])("an identity token of %s", async (_, environmentOf) => {
  endpoint.answer = ({ path }: Asked) => {
    if (path.startsWith("/identity")) return { value: "eyJ.identity" };
    return path.startsWith("/computeMetadata") ? "eyJ.identity" : entra;
  };
  expect(await find({ ...environmentOf(), AZURE_AUTHORITY_HOST: endpoint.url }, identity)).toBe("eyJ.azure");
  expect(endpoint.paths[0]).toContain("audience=api%3A%2F%2FAzureADTokenExchange");
  expect(endpoint.asked[1]?.form.client_assertion).toBe("eyJ.identity");
});

test("the managed identity of a virtual machine", async () => {
  endpoint.answer = ({ headers }) =>
    headers.metadata === "true"
      ? { access_token: "eyJ.machine", expires_in: "3599", expires_on: inAnHour() }
      : undefined;
  const environment = { AZURE_POD_IDENTITY_AUTHORITY_HOST: endpoint.url };
  expect(await find(environment)).toBe("eyJ.machine");
  expect(endpoint.paths).toEqual([
    "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fstorage.azure.com",
  ]);
});

test("the managed identity of a container app", async () => {
  endpoint.answer = ({ headers }) =>
    headers["x-identity-header"] === "h" ? { access_token: "eyJ.app", expires_on: inAnHour() } : undefined;
  const environment = { IDENTITY_ENDPOINT: `${endpoint.url}/msi/token`, IDENTITY_HEADER: "h", AZURE_CLIENT_ID: "c" };
  expect(await find(environment)).toBe("eyJ.app");
  expect(endpoint.paths).toEqual([
    "/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fstorage.azure.com&client_id=c",
  ]);
});

test("a tenant with a path in it is refused", async () => {
  const environment = { AZURE_FEDERATED_TOKEN_FILE: tokenFile(), AZURE_TENANT_ID: "a/../b", AZURE_CLIENT_ID: "c" };
  await expect(find(environment)).rejects.toThrow("must be ids");
});

test.each(hostileAnswers)("Microsoft Entra answers with %s", async (_, misbehave) => {
  endpoint.misbehave = misbehave;
  const environment = { AZURE_FEDERATED_TOKEN_FILE: tokenFile(), AZURE_AUTHORITY_HOST: endpoint.url };
  await expect(find(environment, identity)).rejects.toMatchObject({ name: "StoreError" });
  expect(endpoint.asked).toHaveLength(1);
});

test.each(hostileAnswers)("a machine's service that answers with %s does not count as one", async (_, misbehave) => {
  endpoint.misbehave = misbehave;
  expect(await find({ AZURE_POD_IDENTITY_AUTHORITY_HOST: endpoint.url })).toBeUndefined();
});
