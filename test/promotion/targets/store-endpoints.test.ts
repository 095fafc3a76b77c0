import { azureAccess, googleEndpoint, s3Endpoint } from "../../../promotion/targets/store-endpoints";

test.each([
  [undefined, undefined],
  ["", undefined],
  ["localhost:9023", { endpoint: "http://localhost:9023", maySeeToken: true }],
  ["http://127.0.0.1:9023", { endpoint: "http://127.0.0.1:9023", maySeeToken: true }],
  ["https://storage.example.org", { endpoint: "https://storage.example.org", maySeeToken: true }],
  ["http://storage.example.org", { endpoint: "http://storage.example.org", maySeeToken: false }],
  ["emulator:9023", { endpoint: "http://emulator:9023", maySeeToken: false }],
])("STORAGE_EMULATOR_HOST=%s", (value, expected) => {
  expect(googleEndpoint({ STORAGE_EMULATOR_HOST: value })).toEqual(expected);
});

test.each(["ftp://storage.example.org", "http://", "a b"])("STORAGE_EMULATOR_HOST=%s is wrong", (value) => {
  expect(() => googleEndpoint({ STORAGE_EMULATOR_HOST: value })).toThrow(/neither a URL nor HOST:PORT: correct it/);
});

test("the endpoint of S3 alone comes before that of all services", () => {
  expect(s3Endpoint({})).toBeUndefined();
  expect(s3Endpoint({ AWS_ENDPOINT_URL_S3: "", AWS_ENDPOINT_URL: "http://all" })).toBe("http://all");
  expect(s3Endpoint({ AWS_ENDPOINT_URL_S3: "http://s3", AWS_ENDPOINT_URL: "http://all" })).toBe("http://s3");
});

const read = (text: string | undefined, account = "donor") =>
  azureAccess({ AZURE_STORAGE_CONNECTION_STRING: text }, account);

test.each([
  ["nothing", undefined, undefined],
  ["another account", "AccountName=other;AccountKey=a2V5", undefined],
  [
    "a string of shared access, without an account",
    "BlobEndpoint=http://h/;SharedAccessSignature=sv=1&sig=2",
    undefined,
  ],
  ["an account at Azure", "AccountName=donor;AccountKey=a2V5", "https://donor.blob.core.windows.net"],
  [
    "another cloud",
    "DefaultEndpointsProtocol=https;AccountName=donor;AccountKey=a2V5;EndpointSuffix=core.chinacloudapi.cn",
    "https://donor.blob.core.chinacloudapi.cn",
  ],
  [
    "Azurite",
    "DefaultEndpointsProtocol=http;AccountName=donor;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:10000/donor/;",
    "http://127.0.0.1:10000/donor",
  ],
])("AZURE_STORAGE_CONNECTION_STRING with %s", (_, text, endpoint) => {
  expect(read(text)).toEqual(endpoint === undefined ? undefined : { account: "donor", accountKey: "a2V5", endpoint });
});

test.each([
  ["AccountName=donor", /has no AccountKey for donor: add it/],
  ["AccountName=donor;AccountKey=not base64", /has no AccountKey/],
  ["AccountName=donor;AccountKey=a2V5;BlobEndpoint=http://azurite:10000/donor", /BlobEndpoint .* use https/],
  ["AccountName=donor;AccountKey=a2V5;BlobEndpoint=https://user:word@h/donor", /BlobEndpoint .* without a user name/],
  ["DefaultEndpointsProtocol=http;AccountName=donor;AccountKey=a2V5", /BlobEndpoint .* use https/],
])("AZURE_STORAGE_CONNECTION_STRING=%s is refused", (text, message) => {
  expect(() => read(text)).toThrow(message);
});
