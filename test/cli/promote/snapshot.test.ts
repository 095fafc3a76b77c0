import { createHash } from "node:crypto";
import { AzureDouble } from "../../stores/doubles/azure-double";
import { S3Double, s3Keys } from "../../stores/doubles/s3-double";
import { runMirrorform } from "../run-mirrorform";

const environment = process.env;
const bytes = Buffer.from("content");
const sha256 = createHash("sha256").update(bytes).digest("hex");
const object = { bytes, contentType: "text/plain", cacheControl: undefined, sha256, generation: 1 };
const manifest = `files:\n- name: v1/file.txt\n  sha256: ${sha256}\n`;

afterEach(() => {
  process.env = environment;
});

test("a snapshot asks the S3 that the environment names", async () => {
  const double = await new S3Double("releases", "eu-west-1").start();
  try {
    double.objects.set("tools/v1/file.txt", object);
    process.env = {
      ...environment,
      AWS_ENDPOINT_URL: double.url,
      AWS_ACCESS_KEY_ID: s3Keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3Keys.secretAccessKey,
    };
    const run = await runMirrorform(["promote", "snapshot", "s3://releases/tools?region=eu-west-1"]);
    expect(run).toMatchObject({ status: 0, stdout: manifest });
    expect(double.complaints).toEqual([]);
  } finally {
    await double.stop();
  }
});

test("a snapshot asks the account at Azure that the environment names, with its key", async () => {
  const double = await new AzureDouble("mirror").start();
  try {
    double.authorization = /^SharedKey donor:[A-Za-z0-9+/]{43}=$/;
    double.objects.set("tools/v1/file.txt", object);
    const text = `AccountName=donor;AccountKey=a2V5;BlobEndpoint=${double.url}`;
    process.env = { ...environment, AZURE_STORAGE_CONNECTION_STRING: text };
    const run = await runMirrorform(["promote", "snapshot", "https://donor.blob.core.windows.net/mirror/tools"]);
    expect(run).toMatchObject({ status: 0, stdout: manifest });
    expect(double.complaints).toEqual([]);
  } finally {
    await double.stop();
  }
});

test.each([
  ["AZURE_STORAGE_CONNECTION_STRING", "AccountName=donor", "https://donor.blob.core.windows.net/mirror"],
  ["STORAGE_EMULATOR_HOST", "ftp://host", "gs://releases/tools"],
])("a wrong %s is one clear error", async (name, value, place) => {
  process.env = { ...environment, [name]: value };
  const { status, stderr } = await runMirrorform(["promote", "snapshot", place]);
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(new RegExp(`^${name}.*\n$`)) });
});
