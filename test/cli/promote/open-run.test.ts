import { openRun } from "../../../cli/promote/open-run";
import { readPromotionInventory } from "../../inventory/promotion-fixture";
import { S3Double, s3Keys } from "../../stores/doubles/s3-double";
import { runHere } from "../run-mirrorform";

const original = readPromotionInventory();
const aws = original.providers.find(({ cloud }) => cloud === "aws");
const region = aws?.cloud === "aws" ? aws.stateRegion : "";
const atAws = { ...original, redirector: { ...original.redirector, runsAt: [{ provider: "aws", regions: [] }] } };
const nowhere = { ...original, redirector: { ...original.redirector, runsAt: [] } };
const cause = { who: "alice", commit: "0123abc" };
const environment = process.env;

let double: S3Double;

beforeEach(async () => {
  double = await new S3Double("artifacts-aws-routing-table", region).start();
  process.env = {
    AWS_ENDPOINT_URL_S3: double.url,
    AWS_ACCESS_KEY_ID: s3Keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3Keys.secretAccessKey,
  };
});

afterEach(async () => {
  process.env = environment;
  await double.stop();
});

function readLease() {
  return JSON.parse(`${double.objects.get("promotion/lease.json")?.bytes}`);
}

test("a run holds the lease while it works, and says who it is", async () => {
  const run = openRun(atAws, {}, cause);
  const during = await run.alone(async () => readLease());
  expect(during).toMatchObject({ ...cause, holder: expect.any(String) });
  expect(readLease()).toMatchObject({ holder: null });
  expect(double.complaints).toEqual([]);
});

test("the lease is given back when the work fails, and when the run is interrupted", async () => {
  const run = openRun(atAws, {}, cause);
  await expect(run.alone(() => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(readLease()).toMatchObject({ holder: null });
  const interrupted = run.alone(async (signal) => {
    process.emit("SIGINT");
    signal.throwIfAborted();
  });
  await expect(interrupted).rejects.toThrow("stopped: the next run continues");
  expect(readLease()).toMatchObject({ holder: null });
});

test("without a bucket for the lease, a run says so", async () => {
  const run = openRun(nowhere, {}, cause);
  const { stderr } = await runHere(async () => run.alone(async () => 0), process.cwd());
  expect(stderr).toBe(
    "there is no lease, because the redirector has no bucket at a cloud: make sure that no other run is in progress\n",
  );
});

test("only with --allow-private-mirrors, manifests may name sources on this machine", () => {
  const source = "localhost:5000/app";
  expect(() => openRun(nowhere, {}, cause).openSource(source)).toThrow("not on the public internet");
  expect(() => openRun(nowhere, {}, cause).stores.openSource(source)).toThrow("not on the public internet");
  const run = openRun(nowhere, {}, cause, { allowPrivateMirrors: true });
  expect(run.openSource(source)).toMatchObject({ name: "app" });
  expect(run.stores.openSource(source)).toMatchObject({ name: "app" });
});
