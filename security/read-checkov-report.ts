import { z } from "zod";
import type { Finding } from "./waiver";

/** The version whose checks the waivers are about. Another one has other checks. */
export const checkovVersion = "3.3.30";

/** The id of the policy that every resource passes: whatever Checkov has read is among its results. */
export const countingPolicy = "CKV2_MIRRORFORM_1";

/** What Checkov was given: by file, such as `/small/aws-storage/cdk.tf.json`, the addresses in it, and how findings name the stack. */
export type CheckedFiles = ReadonlyMap<string, { readonly stack: string; readonly addresses: readonly string[] }>;

/** The result of a check of all stacks. */
export interface CheckovResult {
  /** The number of passed checks. */
  readonly passed: number;
  readonly findings: readonly Finding[];
  /** The number of resources and data sources that Checkov has read: all that it was given. */
  readonly checked: number;
}

const record = z.object({ check_id: z.string(), check_name: z.string(), file_path: z.string(), resource: z.string() });
const schema = z.object({
  results: z.object({
    passed_checks: z.array(record),
    failed_checks: z.array(record),
    parsing_errors: z.array(z.string()),
  }),
  summary: z.object({ checkov_version: z.string() }),
});

type Record = z.infer<typeof record>;

/**
 * Reads the report of `checkov -o json` with the counting policy. A check that crashes is a finding: Checkov itself ignores it.
 *
 * @param log what Checkov wrote to its standard error
 * @throws Error if Checkov has another version, could not read a file, or has not read every resource: then it would find nothing
 */
export function readCheckovReport(report: string, log: string, files: CheckedFiles): CheckovResult {
  const { results, summary } = schema.parse(JSON.parse(report));
  if (summary.checkov_version !== checkovVersion) {
    throw new Error(
      `Checkov ${summary.checkov_version} has other checks than ${checkovVersion}, which the waivers are about: pip install checkov==${checkovVersion}`,
    );
  }
  if (results.parsing_errors.length > 0) throw new Error(`Checkov cannot read ${results.parsing_errors.join(", ")}`);
  const counted = results.passed_checks.filter(({ check_id }) => check_id === countingPolicy);
  requireAll(counted, files);
  return {
    passed: results.passed_checks.length - counted.length,
    findings: [...results.failed_checks.map((each) => findingOf(each, files)), ...crashes(log, files)],
    checked: counted.length,
  };
}

function requireAll(counted: readonly Record[], files: CheckedFiles): void {
  const read = new Set(counted.map(({ file_path, resource }) => `${file_path}:${resource}`));
  const unread = [...files].flatMap(([file, { addresses }]) =>
    addresses.map((address) => `${file}:${address}`).filter((each) => !read.has(each)),
  );
  if (unread.length > 0) throw new Error(`Checkov has not read ${unread.length} resources, such as ${unread[0]}`);
  const given = [...files.values()].reduce((sum, { addresses }) => sum + addresses.length, 0);
  if (counted.length !== given) throw new Error(`Checkov has read ${counted.length} resources of ${given}`);
}

function findingOf({ check_id, check_name, file_path, resource }: Record, files: CheckedFiles): Finding {
  return { id: check_id, title: check_name, resource: resourceOf(file_path, resource, files) };
}

/** Checkov names some resources without their types, as `resource.<name>`. Names are unique in a stack. */
function resourceOf(path: string, resource: string, files: CheckedFiles): string {
  const file = files.get(path);
  const name = resource.slice(resource.indexOf("."));
  const address = file?.addresses.find((each) => each.endsWith(name)) ?? resource;
  return `${file?.stack ?? path}/${address}`;
}

function crashes(log: string, files: CheckedFiles): Finding[] {
  return [...log.matchAll(/Failed to run check (\S+) on ([^:\s]+):(\S+)/g)].map(
    ([, id = "", path = "", resource = ""]) => ({
      id,
      title: "Checkov's check crashed",
      resource: resourceOf(path, resource, files),
    }),
  );
}
