import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findAwsKeys } from "../../../../stores/credentials/aws/aws-keys";
import { type Answer, type Asked, EndpointDouble, emptyEnvironment, hostileAnswers } from "../endpoint-double";

const endpoint = new EndpointDouble();
let folder: string;

beforeAll(() => endpoint.start());
afterAll(() => endpoint.stop());
beforeEach(() => {
  endpoint.reset();
  folder = mkdtempSync(join(tmpdir(), "mirrorform-aws-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const role = "arn:aws:iam::123456789012:role/promoter";
const expiration = new Date(Date.now() + 3_600_000).toISOString();
const temporary = { accessKeyId: "ASIA1", secretAccessKey: "s/+=", sessionToken: "t/+=" };
const document = {
  Code: "Success",
  AccessKeyId: "ASIA1",
  SecretAccessKey: "s/+=",
  Token: "t/+=",
  Expiration: expiration,
};
const assumed = `<AssumeRoleWithWebIdentityResponse><Credentials><AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>s/+=</SecretAccessKey>
<SessionToken>t/+=</SessionToken><Expiration>${expiration}</Expiration></Credentials></AssumeRoleWithWebIdentityResponse>`;

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

async function find(environment: NodeJS.ProcessEnv, usualRole?: string) {
  const getKeys = await findAwsKeys({ ...emptyEnvironment, ...environment }, usualRole);
  return getKeys?.();
}

/** STS, GitHub, Google's and EC2's metadata servers, and the endpoint of containers, at one address. */
function cloud({ path, method, headers, form }: Asked): Answer {
  if (path.startsWith("/github")) return { value: `github for ${new URLSearchParams(path).get("audience")}` };
  if (path.includes("/identity?audience=")) return "google.identity.token";
  if (path === "/latest/api/token") return method === "PUT" ? "session" : undefined;
  if (path.startsWith("/latest/") && headers["x-aws-ec2-metadata-token"] !== "session") return undefined;
  if (path === "/latest/meta-data/iam/security-credentials/") return "the-role";
  if (path === "/latest/meta-data/iam/security-credentials/the-role") return document;
  if (path === "/container") return document;
  return path === "/" && form.Action === "AssumeRoleWithWebIdentity" ? assumed : undefined;
}

describe("the chain", () => {
  beforeEach(() => {
    endpoint.answer = cloud;
  });

  test("no configuration: no keys, and no requests", async () => {
    expect(await find({})).toBeUndefined();
    expect(await find({}, role)).toBeUndefined();
  });

  test("keys of the environment come first", async () => {
    const environment = { AWS_ACCESS_KEY_ID: "AKIA1", AWS_SECRET_ACCESS_KEY: "s", AWS_ROLE_ARN: role };
    expect(await find(environment)).toEqual({ accessKeyId: "AKIA1", secretAccessKey: "s" });
    expect(await find({ ...environment, AWS_SESSION_TOKEN: "t" })).toMatchObject({ sessionToken: "t" });
    expect(endpoint.asked).toEqual([]);
  });

  test("a token in a file, for the role of the environment", async () => {
    const AWS_WEB_IDENTITY_TOKEN_FILE = file("token", "eyJ.file.token\n");
    const environment = { AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN: role, AWS_ENDPOINT_URL_STS: endpoint.url };
    expect(await find(environment, "arn:aws:iam::123456789012:role/other")).toEqual(temporary);
    expect(endpoint.asked[0]?.form).toEqual({
      Action: "AssumeRoleWithWebIdentity",
      Version: "2011-06-15",
      RoleArn: role,
      RoleSessionName: "mirrorform",
      WebIdentityToken: "eyJ.file.token",
    });
  });

  test("GitHub Actions, for the usual role", async () => {
    const environment = {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${endpoint.url}/github?api-version=2`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request-token",
      AWS_ENDPOINT_URL_STS: endpoint.url,
    };
    endpoint.answer = (asked) => (asked.path.startsWith("/github") ? { value: "eyJ.github" } : cloud(asked));
    expect(await find(environment, role)).toEqual(temporary);
    expect(endpoint.paths[0]).toBe("/github?api-version=2&audience=sts.amazonaws.com");
    expect(endpoint.asked[0]?.headers.authorization).toBe("Bearer request-token");
    expect(endpoint.asked[1]?.form).toMatchObject({ WebIdentityToken: "eyJ.github", RoleArn: role });
    // GitHub's token goes to GitHub, and nowhere else.
    expect(endpoint.asked[1]?.headers.authorization).toBeUndefined();
  });

  test("a service account of Google, for the usual role", async () => {
    const environment = { GCE_METADATA_HOST: endpoint.host, AWS_ENDPOINT_URL_STS: endpoint.url };
    expect(await find(environment, role)).toEqual(temporary);
    expect(endpoint.paths[0]).toBe(
      "/computeMetadata/v1/instance/service-accounts/default/identity?audience=promoter&format=full",
    );
    expect(endpoint.asked[1]?.form.WebIdentityToken).toBe("google.identity.token");
  });

  test("a profile", async () => {
    const AWS_SHARED_CREDENTIALS_FILE = file(
      "credentials",
      "[default]\naws_access_key_id = A1\naws_secret_access_key = S1\n# c\n[other]\naws_access_key_id=A2\naws_secret_access_key=S2\naws_session_token=T2\n[sso]\nsso_session = x\n",
    );
    expect(await find({ AWS_SHARED_CREDENTIALS_FILE })).toEqual({ accessKeyId: "A1", secretAccessKey: "S1" });
    expect(await find({ AWS_SHARED_CREDENTIALS_FILE, AWS_PROFILE: "other" })).toEqual({
      accessKeyId: "A2",
      secretAccessKey: "S2",
      sessionToken: "T2",
    });
    await expect(find({ AWS_SHARED_CREDENTIALS_FILE, AWS_PROFILE: "sso" })).rejects.toThrow(
      "aws configure export-credentials --profile sso",
    );
  });

  test("a container, with its token", async () => {
    const environment = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${endpoint.url}/container`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file("token", "pod-token\n"),
    };
    expect(await find(environment)).toEqual(temporary);
    expect(endpoint.asked[0]?.headers.authorization).toBe("pod-token");
  });

  test.each(["http://example.org/", "http://169.254.170.99/", "http://10.0.0.1/", "file:///etc/passwd"])(
    "a container's endpoint at %s is not asked",
    async (AWS_CONTAINER_CREDENTIALS_FULL_URI) => {
      await expect(find({ AWS_CONTAINER_CREDENTIALS_FULL_URI })).rejects.toThrow(
        "is not a URL that secrets may be sent to",
      );
    },
  );

  test("an instance, by a session", async () => {
    const environment = { AWS_EC2_METADATA_DISABLED: "false", AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint.url };
    expect(await find(environment)).toEqual(temporary);
    expect(
      endpoint.asked.every(({ path, headers }) => path.endsWith("token") || headers["x-aws-ec2-metadata-token"]),
    ).toBe(true);
  });

  test("a role that is not an ARN", async () => {
    const AWS_WEB_IDENTITY_TOKEN_FILE = file("token", "t");
    await expect(find({ AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN: "admin" })).rejects.toThrow(
      "is not the ARN of a role",
    );
  });

  test("a token file that is missing", async () => {
    const environment = { AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, "none"), AWS_ROLE_ARN: role };
    await expect(find(environment)).rejects.toThrow("cannot be read (ENOENT)");
  });
});

describe.each<[string, () => NodeJS.ProcessEnv]>([
  [
    "STS",
    () => ({
      AWS_WEB_IDENTITY_TOKEN_FILE: file("token", "eyJ.secret"),
      AWS_ROLE_ARN: role,
      AWS_ENDPOINT_URL_STS: endpoint.url,
    }),
  ],
  ["a container's endpoint", () => ({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${endpoint.url}/container` })],
])("%s answers with", (_, environmentOf) => {
  test.each(hostileAnswers)("%s", async (_name, misbehave) => {
    endpoint.misbehave = misbehave;
    const failed = find(environmentOf());
    await expect(failed).rejects.toMatchObject({ name: "StoreError" });
    await expect(failed).rejects.toMatchObject({ message: expect.not.stringContaining("secret") });
    expect(endpoint.asked).toHaveLength(1);
  });
});

test("keys of STS with markup in them are refused", async () => {
  endpoint.answer = () => assumed.replace("t/+=", "t&amp;x y");
  const environment = {
    AWS_WEB_IDENTITY_TOKEN_FILE: file("token", "t"),
    AWS_ROLE_ARN: role,
    AWS_ENDPOINT_URL_STS: endpoint.url,
  };
  await expect(find(environment)).rejects.toThrow("without usable credentials");
});
