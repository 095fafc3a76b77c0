import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { compileRoutingTable } from "../../routing/compile-routing-table";
import { synthesize } from "../../stacks/synthesize";
import { fixture, inventoryOf, ranges } from "../routing/tables";
import { addresses, smallFacts } from "./stacks";

type Document = { readonly providers: Record<string, { readonly mirrors: Record<string, object> }> };

/** All Terraform addresses of the small inventory, each after the name of its stack, with their content. */
function plan(change: (document: Document) => void, issued: string): ReadonlyMap<string, string> {
  const document = parse(fixture("small")) as Document;
  change(document);
  const inventory = inventoryOf(stringify(document));
  const outdir = mkdtempSync(join(tmpdir(), "mirrorform-added-"));
  try {
    const table = compileRoutingTable(inventory, smallFacts, ranges, new Date(issued));
    synthesize({ inventory, facts: smallFacts, table, lambda: new Uint8Array(), outdir });
    const entries = readdirSync(join(outdir, "stacks")).flatMap((stack) => {
      const text = readFileSync(join(outdir, "stacks", stack, "cdk.tf.json"), "utf8");
      const all = addresses({ text, json: JSON.parse(text), elements: 0 });
      return Array.from(all, ([address, body]): [string, string] => [`${stack} ${address}`, JSON.stringify(body)]);
    });
    return new Map(entries);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

const before = plan(() => {}, "2026-11-20T00:00:00Z");

test.each<[string, string, object, readonly RegExp[]]>([
  ["aws", "us-west-2", { bucket: { access: "direct" } }, [/^aws-storage aws_s3_bucket_replication_configuration\./]],
  ["google", "us-east1", { registry: {}, bucket: {} }, []],
  ["azure", "uksouth", { bucket: {} }, []],
  ["store", "finland", { files: "https://finland.objects.example.com/{path}" }, []],
])(
  "another mirror at %s adds its store, and updates replication and tables in place",
  (provider, mirror, entry, lists) => {
    const after = plan(({ providers }) => {
      Object.assign(providers[provider]?.mirrors ?? {}, { [mirror]: entry });
    }, "2026-11-21T00:00:00Z");
    expect([...before.keys()].filter((address) => !after.has(address))).toEqual([]);
    const added = [...after.keys()].filter((address) => !before.has(address));
    for (const address of added) expect(address).toMatch(new RegExp(`^${provider}-storage `));
    for (const address of added) expect(address).toContain(mirror);
    const changed = [...after.keys()].filter(
      (address) => before.has(address) && before.get(address) !== after.get(address),
    );
    const expected = [
      /^aws-redirector aws_s3_object\.routing-table_object_/,
      /^google-redirector google_storage_bucket_object\.routing-table_object_/,
      ...lists,
    ];
    expect(changed.filter((address) => !expected.some((pattern) => pattern.test(address)))).toEqual([]);
    expect(changed).toHaveLength(expected.length);
  },
);
