import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, request as sendRequest, type Server as WebServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { AzureBucket } from "../../stores/azure/azure-bucket";
import type { Bucket } from "../../stores/bucket";
import { GoogleBucket } from "../../stores/google/google-bucket";
import { S3Bucket } from "../../stores/s3/s3-bucket";
import { createS3Signer } from "../../stores/s3/sign-s3";
import { bucketCases } from "../stores/bucket-cases";
import { askContainer, createAzuriteAccount, startAzurite } from "./azurite";
import { checkBucketLease } from "./bucket-lease-case";
import { findFreePort } from "./find-free-port";
import { findProgram, type ToolName } from "./find-tools";
import { type Program, runProgram, startServer } from "./program";
import type { Report } from "./report";

/** A program with the API of an object store, while it runs. */
interface RunningStore {
  readonly bucket: Bucket;
  stop(): Promise<void>;
}

/** A program with the API of an object store. */
interface ObjectStoreProgram {
  readonly name: string;
  /** Cases that the program fails where the cloud does not, and why. @default none */
  readonly known?: Readonly<Record<string, string>>;
  start(path: string, folder: string): Promise<RunningStore>;
}

const bucketName = "artifacts";
const keys = { accessKeyId: "mirrorform", secretAccessKey: "mirrorform-secret" };
/** S3 requires at least 5 MiB, except of the last part. */
const partSize = 5 * 1024 ** 2;

/** Creates a bucket in a program with S3's API, and opens it. */
async function openS3(program: Program): Promise<RunningStore> {
  const endpoint = `http://127.0.0.1:${program.port}`;
  const sign = createS3Signer(async () => keys, "us-east-1");
  const { url, headers } = await sign({ method: "PUT", url: new URL(`${endpoint}/${bucketName}`) });
  await requireCreated(await fetch(url, { method: "PUT", headers: { ...headers } }));
  const options = { bucket: bucketName, region: "us-east-1", endpoint, getKeys: async () => keys };
  return { bucket: new S3Bucket({ ...options, largestPut: 700_000, partSize }), stop: () => program.stop() };
}

async function requireCreated(response: Response): Promise<void> {
  if (!response.ok) throw new Error(`the bucket cannot be created: ${response.status} ${await response.text()}`);
}

async function startMoto(path: string): Promise<RunningStore> {
  const ready = /Running on http:\/\/127\.0\.0\.1:(\d+)/;
  return openS3(await startServer({ path, args: ["-m", "moto.server", "-H", "127.0.0.1", "-p", "0"], ready }));
}

async function startMinio(path: string, folder: string): Promise<RunningStore> {
  const address = `127.0.0.1:${await findFreePort()}`;
  const console = `127.0.0.1:${await findFreePort()}`;
  const args = ["server", "--address", address, "--console-address", console, join(folder, "minio")];
  const env = { ...process.env, MINIO_ROOT_USER: keys.accessKeyId, MINIO_ROOT_PASSWORD: keys.secretAccessKey };
  return openS3(await startServer({ path, args, env, ready: /API: http:\/\/127\.0\.0\.1:(\d+)/ }));
}

async function startFakeGoogle(path: string): Promise<RunningStore> {
  const port = String(await findFreePort());
  const host = `127.0.0.1:${port}`;
  const args = ["-scheme", "http", "-host", "127.0.0.1", "-port", port, "-backend", "memory", "-public-host", host];
  const program = await startServer({ path, args, ready: /server started at http:\/\/127\.0\.0\.1:(\d+)/ });
  const endpoint = `http://${host}`;
  const headers = { "content-type": "application/json" };
  await requireCreated(
    await fetch(`${endpoint}/storage/v1/b`, { method: "POST", headers, body: JSON.stringify({ name: bucketName }) }),
  );
  const options = { bucket: bucketName, endpoint, getToken: async () => "ya29.token", chunkSize: 256 * 1024 };
  return { bucket: new GoogleBucket(options), stop: () => program.stop() };
}

const account = "mirrorform";

/**
 * A query that permits everything in the account (Azure Storage, "Create an account SAS"). Azurite accepts access tokens only over
 * https, so the tokens of requests are replaced by this on their way.
 */
function createSharedAccess(accountKey: string): URLSearchParams {
  const expiry = `${new Date(Date.now() + 3_600_000).toISOString().slice(0, 19)}Z`;
  const fields = {
    sp: "rwdlac",
    ss: "b",
    srt: "sco",
    st: "",
    se: expiry,
    sip: "",
    spr: "https,http",
    sv: "2022-11-02",
  };
  const text = `${[account, ...Object.values(fields), ""].join("\n")}\n`;
  const sig = createHmac("sha256", Buffer.from(accountKey, "base64")).update(text).digest("base64");
  const { st: _start, sip: _address, ...sent } = fields;
  return new URLSearchParams({ ...sent, sig });
}

/** Passes requests with an access token to Azurite, with shared access instead of it. */
async function startTokenProxy(port: number, access: URLSearchParams): Promise<WebServer> {
  const proxy = createServer((request, response) => {
    const { authorization, host: _host, ...headers } = request.headers;
    if (authorization !== "Bearer eyJ0.token" || headers["x-ms-version"] === undefined) {
      response.writeHead(401).end();
      return;
    }
    const path = `${request.url}${request.url?.includes("?") ? "&" : "?"}${access}`;
    const passed = sendRequest({ host: "127.0.0.1", port, path, method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on("error", () => response.destroy());
    request.pipe(passed);
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return proxy;
}

async function openAzurite(path: string, folder: string): Promise<RunningStore> {
  const owner = createAzuriteAccount(account);
  const program = await startAzurite(path, join(folder, "azurite"), owner);
  await askContainer(`http://127.0.0.1:${program.port}`, owner, "PUT", bucketName);
  const proxy = await startTokenProxy(program.port, createSharedAccess(owner.key));
  const endpoint = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/${account}`;
  const getToken = async () => "eyJ0.token";
  const bucket = new AzureBucket({ account, container: bucketName, endpoint, getToken, blockSize: 200_000 });
  const stop = async () => {
    proxy.closeAllConnections();
    proxy.close();
    await program.stop();
  };
  return { bucket, stop };
}

/** Finds a Python that has moto. */
export async function findMoto(): Promise<string | undefined> {
  const python = findProgram("python3");
  if (python === undefined) return undefined;
  const found = runProgram(python, ["-c", "import moto.server"], process.env);
  return found.then(
    () => python,
    () => undefined,
  );
}

async function checkStore(
  { name, known = {}, start }: ObjectStoreProgram,
  path: string,
  folder: string,
  report: Report,
) {
  const store = await start(path, folder);
  try {
    for (const [index, { name: what, check }] of bucketCases.entries()) {
      try {
        await check(store.bucket, `${index}/`);
        report.printRow("passed", name, what);
      } catch (error) {
        const reason = known[what];
        report.printRow(reason === undefined ? "failed" : "skipped", name, what, reason ?? (error as Error).message);
      }
    }
    await report.runCheck(name, "the lease of a promotion, wanted by three runs at once", path, async () => {
      await checkBucketLease(store.bucket);
      return "";
    });
  } finally {
    await store.stop();
  }
}

/**
 * Runs what every `Bucket` does against real programs with the APIs of S3, Cloud Storage and Azure Blob.
 *
 * @param folder for their files
 */
export async function checkObjectStores(
  tools: ReadonlyMap<ToolName, string>,
  folder: string,
  report: Report,
): Promise<void> {
  report.printHead("Object stores: what every bucket does");
  const known = {
    "a body of 800000 bytes in pieces arrives whole":
      "moto reports the checksum of the parts' checksums as that of the object",
  };
  const moto: ObjectStoreProgram = { name: "moto", known, start: startMoto };
  const python = await findMoto();
  if (python !== undefined) await checkStore(moto, python, folder, report);
  else report.printRow("skipped", "moto", "a bucket of S3", "install it: pip install 'moto[server]'");
  const programs = [
    { name: "minio", tool: "minio", start: startMinio },
    { name: "fake-gcs", tool: "fake-gcs-server", start: startFakeGoogle },
    { name: "azurite", tool: "azurite", start: openAzurite },
  ] as const;
  for (const program of programs) {
    const path = tools.get(program.tool);
    if (path === undefined) report.printRow("skipped", program.name, "all cases of a bucket");
    else await checkStore(program, path, folder, report);
  }
}
