import type { Bucket, ObjectFacts, PutOptions } from "../../stores/bucket";
import type { Body } from "../../stores/http/exchange";
import { StoreError } from "../../stores/store-error";
import type { RunContext } from "./run-context";
import { compareObject, type ExpectedObject, hasContent, isReadBack, type Verification } from "./verification";

/** An object at a mirror. */
export interface ObjectPlace {
  readonly bucket: Bucket;
  readonly key: string;
  /** For the health of the target. */
  readonly target: string;
}

type Context = Pick<RunContext, "health" | "clock" | "signal" | "readBack" | "seed">;

/** Pauses before an object that was written is asked for again, in milliseconds: some S3-compatible stores are eventually consistent. */
const pauses = [250, 1_000, 4_000];

/**
 * Whether a mirror holds an object. What a store cannot vouch for is accepted if the promoter recorded its checksum when it wrote it,
 * and read back otherwise.
 *
 * @returns its facts if it has other content; undefined if there is none
 */
export async function findObject(
  place: ObjectPlace,
  expected: ExpectedObject,
  { health, signal }: Context,
): Promise<"same" | ObjectFacts | undefined> {
  const { bucket, key, target } = place;
  return health.watch(target, async () => {
    const facts = await bucket.head(key, signal);
    if (!facts) return undefined;
    const comparison = compareObject(facts, expected);
    if (comparison === "other") return facts;
    if (comparison !== "unknown" || facts.recordedSha256 === expected.sha256) return "same";
    const { body } = await bucket.open(key, { signal });
    return (await hasContent(body, expected)) ? "same" : facts;
  });
}

/**
 * Writes an object, and verifies it at the mirror. A store that loses or damages it gets it once more; what stays damaged is removed,
 * if the mirror permits that.
 *
 * @param expected is asked after writing, when the checksums of all bytes are known
 * @throws StoreError "corrupt" if the store keeps other bytes; "absent" if it keeps none
 */
export async function putObject(
  place: ObjectPlace,
  body: Body,
  options: PutOptions,
  expected: () => ExpectedObject,
  context: Context,
): Promise<Verification> {
  const { bucket, key, target } = place;
  const { health, signal } = context;
  const write = (more: Partial<PutOptions>) =>
    health.watch(target, () => bucket.put(key, body, { ...options, ...more, signal }));
  await write({});
  try {
    return await verifyObject(place, expected(), context);
  } catch (error) {
    if (!isLoss(error)) throw error;
  }
  const current = await health.watch(target, () => bucket.head(key, signal));
  await write(options.ifCurrent === undefined ? {} : { ifCurrent: current?.etag ?? "absent" });
  try {
    return await verifyObject(place, expected(), context);
  } catch (error) {
    if (isLoss(error)) await bucket.remove(key).catch(() => {});
    throw error;
  }
}

function isLoss(error: unknown): boolean {
  return error instanceof StoreError && (error.fault === "corrupt" || error.fault === "absent");
}

async function verifyObject(place: ObjectPlace, expected: ExpectedObject, context: Context): Promise<Verification> {
  const { bucket, key, target } = place;
  const { health, signal } = context;
  const facts = await headWritten(place, context);
  const comparison = compareObject(facts, expected);
  if (comparison === "sha256" || comparison === "md5") return comparison;
  if (comparison === "other") {
    throw new StoreError(`${bucket.url}/${key} does not have the bytes that were written`, "corrupt");
  }
  if (!isReadBack(expected.sha256, context)) return "size";
  return health.watch<Verification>(target, async () => {
    const { body } = await bucket.open(key, { signal });
    if (await hasContent(body, expected)) return "read back";
    throw new StoreError(`${bucket.url}/${key} does not have the bytes that were written`, "corrupt");
  });
}

async function headWritten(
  { bucket, key, target }: ObjectPlace,
  { health, clock, signal }: Context,
): Promise<ObjectFacts> {
  for (const pause of [...pauses, undefined]) {
    const facts = await health.watch(target, () => bucket.head(key, signal));
    if (facts) return facts;
    if (pause !== undefined) await clock.wait(pause, signal);
  }
  throw new StoreError(`${bucket.url}/${key} was written, but is not there`, "absent");
}
