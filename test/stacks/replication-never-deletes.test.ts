import { fixture, inventoryOf } from "../routing/tables";
import { type StackJson, type Synthesized, synthesizedStacks } from "./stacks";

/** All resources of a type in all stacks. */
function bodies(stacks: readonly Synthesized[], type: string): unknown[] {
  return stacks.flatMap(({ json }: { readonly json: StackJson }) => Object.values(json.resource?.[type] ?? {}));
}

const small = fixture("small");
const inventories: readonly (readonly [string, string])[] = [
  ["small", small],
  ["of an organisation that withdraws everywhere", small.replaceAll("bucket: {", "withdrawal: true, bucket: {")],
  [
    "whose origin moves to a new bucket",
    small
      .replace("      europe-west1: {", "      us-east1: { registry: {}, bucket: {} }\n      europe-west1: {")
      .replace("origin: google/us-central1", "origin: google/us-east1")
      .replace("primary: us-central1", "primary: us-east1"),
  ],
];

/*
 * A withdrawal deletes at each store by itself, where `withdrawal` allows it. If copies deleted, an empty bucket that became the primary
 * would empty all others.
 */
describe.each(inventories)("the inventory %s: no copy deletes", (_, text) => {
  const stacks = Object.values(synthesizedStacks(inventoryOf(text), {}));

  test("Google's transfer jobs", () => {
    const jobs = bodies(stacks, "google_storage_transfer_job");
    expect(jobs).not.toEqual([]);
    for (const job of jobs) {
      const options = { delete_objects_unique_in_sink: false, delete_objects_from_source_after_transfer: false };
      expect(job).toMatchObject({ transfer_spec: { transfer_options: options } });
    }
  });

  test("S3's replication", () => {
    const rules = bodies(stacks, "aws_s3_bucket_replication_configuration").flatMap(
      (each) => (each as { rule: unknown[] }).rule,
    );
    expect(rules).not.toEqual([]);
    for (const rule of rules) expect(rule).toMatchObject({ delete_marker_replication: { status: "Disabled" } });
    const policies = bodies(stacks, "aws_iam_role_policy").map((each) => (each as { policy: string }).policy);
    expect(policies.filter((policy) => policy.includes("s3:ReplicateDelete"))).toEqual([]);
  });
});
