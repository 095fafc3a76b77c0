import type { DeployedFacts } from "../../facts/deployed-facts";
import type { Inventory } from "../../inventory/inventory";
import { acquireLease, LeaseTaken } from "../../promotion/run/lease";
import { placeTableBuckets } from "../../promotion/targets/place-table-buckets";
import type { Bucket } from "../../stores/bucket";
import { StoreError } from "../../stores/store-error";
import { exitStatus, Failure } from "../failure";
import { printMessage } from "../print-message";
import { type AskedHosts, openSources } from "./open-sources";
import { openStores } from "./open-stores";
import type { OpenedRun, RunCauseNames } from "./run";

/** Opens all stores of a project for a run, which holds the lease in the bucket of the routing table. */
export function openRun(
  inventory: Inventory,
  facts: DeployedFacts,
  cause: RunCauseNames,
  hosts: AskedHosts = {},
): OpenedRun {
  const project = openSources(inventory, facts, hosts, "promoter");
  const { opener, sources } = project;
  const tables = placeTableBuckets(inventory, facts).map((place) => opener.openBucket(place));
  return {
    ...openStores(inventory, facts, hosts, project),
    openSource: (source) => sources.openSource(source),
    openTarget: (target, repository) => sources.openRepository(target, repository),
    openFile: (source) => sources.openFile(source),
    tables,
    alone: (work) => runAlone(tables[0], cause, work).finally(() => sources.close()),
  };
}

async function runAlone<T>(
  bucket: Bucket | undefined,
  cause: RunCauseNames,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const interrupt = () => stop.abort(new Failure(exitStatus.wrongInput, "stopped: the next run continues"));
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  try {
    return bucket ? await runWithLease(bucket, cause, stop.signal, work) : await runWithoutLease(stop.signal, work);
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}

async function runWithLease<T>(
  bucket: Bucket,
  cause: RunCauseNames,
  stop: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const onWaiting = ({ who, commit, since }: { who: string; commit: string; since: string }) =>
    printMessage(`waiting: ${who} has been promoting ${commit} since ${since}`);
  const lease = await acquireLease({ bucket, ...cause, onWaiting, signal: stop }).catch((error) => {
    if (error instanceof LeaseTaken) throw new Failure(exitStatus.refused, error.message);
    if (error instanceof StoreError) throw new Failure(exitStatus.wrongInput, describeNoLease(error));
    throw error;
  });
  try {
    return await work(AbortSignal.any([stop, lease.signal]));
  } finally {
    await lease.release();
  }
}

function describeNoLease({ message }: StoreError): string {
  return `nothing was promoted, because the lease in the bucket of the routing table cannot be held: ${message}`;
}

function runWithoutLease<T>(stop: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  printMessage(
    "there is no lease, because the redirector has no bucket at a cloud: make sure that no other run is in progress",
  );
  return work(stop);
}
