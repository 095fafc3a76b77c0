import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { parse, stringify } from "yaml";
import type { Inventory } from "../../inventory/inventory";
import { runs } from "../property-runs";
import { fixture, inventoryOf, richFacts, richInventory, richText } from "../routing/tables";
import { readable } from "./readable";
import { addresses, smallFacts, synthesizedStacks } from "./stacks";

const smallText = fixture("small");
const small = synthesizedStacks(inventoryOf(smallText), smallFacts);
const richKnown = richFacts();
const rich = synthesizedStacks(richInventory(), richKnown);

describe("the stacks of the small inventory", () => {
  test.each(Object.entries(small))("%s", (_, stack) => {
    expect(readable(stack)).toMatchSnapshot();
  });
});

type Document = { providers: Record<string, { mirrors: Record<string, unknown> }> } & Record<string, unknown>;

/** The same document with every mapping and list reversed. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed).reverse();
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, reversed(inner)])
      .reverse(),
  );
}

function changed(text: string, change: (document: Document) => unknown): Inventory {
  const document = parse(text) as Document;
  return inventoryOf(stringify(change(document) ?? document));
}

test.each([
  ["small", small, smallText, smallFacts],
  ["rich", rich, richText(), richKnown],
])("the order of entries in the %s inventory changes no byte", (_, straight, text, facts) => {
  const turned = synthesizedStacks(changed(text, reversed as never), facts);
  expect(Object.keys(turned)).toEqual(Object.keys(straight));
  for (const [name, { text: bytes }] of Object.entries(straight)) expect(turned[name]?.text === bytes).toBe(true);
});

/** Resources that list all mirrors of a provider, so they change with every added or removed mirror. */
const lists = /^(aws_s3_bucket_replication_configuration|azurerm_container_registry)\./;

test("adding a mirror only adds resources, and changes no other", () => {
  const { providers } = parse(richText()) as Document;
  const removable = Object.entries(providers).flatMap(([provider, { mirrors }]) =>
    Object.keys(mirrors)
      .filter((mirror) => !["us-central1", "us-east-2", "eastus", "everywhere", "falkenstein"].includes(mirror))
      .map((mirror) => [provider, mirror] as const),
  );
  fc.assert(
    fc.property(fc.constantFrom(...removable), ([provider, mirror]) => {
      const inventory = changed(richText(), ({ providers }) => {
        delete providers[provider]?.mirrors[mirror];
      });
      for (const [name, before] of Object.entries(synthesizedStacks(inventory, richKnown))) {
        const after = addresses(rich[name] ?? before);
        const isKept = ([address, body]: [string, unknown]) =>
          lists.test(address) ? after.has(address) : isDeepStrictEqual(after.get(address), body);
        expect([...addresses(before)].filter((entry) => !isKept(entry))).toEqual([]);
      }
    }),
    runs(8),
  );
});

test.each(["azure", "cdn", "store"])("removing %s does not change the stacks of other clouds", (gone) => {
  const inventory = changed(smallText, ({ providers }) => {
    delete providers[gone];
  });
  const rest = synthesizedStacks(inventory, smallFacts);
  expect(Object.keys(rest)).toEqual(Object.keys(small).filter((name) => !name.startsWith(`${gone}-`)));
  for (const [name, { text }] of Object.entries(rest)) expect(text === small[name]?.text).toBe(true);
});

test("removing AWS and its redirector does not change the storage and redirectors of other clouds", () => {
  const inventory = changed(smallText, ({ providers, redirector, dns }) => {
    delete providers.aws;
    delete (redirector as { "runs-at": Record<string, unknown> })["runs-at"].aws;
    (dns as { "published-at": string[] })["published-at"] = ["google"];
  });
  const { "google-dns": zone, ...rest } = synthesizedStacks(inventory, smallFacts);
  expect(zone?.text).not.toContain("amazonaws.com");
  expect(Object.keys(rest)).toEqual([
    "azure-bootstrap",
    "azure-storage",
    "google-bootstrap",
    "google-storage",
    "google-redirector",
  ]);
  for (const [name, { text }] of Object.entries(rest)) expect(text === small[name]?.text).toBe(true);
});

test.each([
  ["small", small],
  ["rich", rich],
])("every element that the %s inventory constructs is in the JSON", (_, stacks) => {
  for (const { json, elements } of Object.values(stacks)) {
    const named = ["resource", "data", "output"].flatMap((block) => {
      const entries = Object.values((json[block] ?? {}) as Record<string, object>);
      return block === "output" ? entries : entries.flatMap((inner) => Object.values(inner));
    });
    const providers = Object.values((json.provider ?? {}) as Record<string, unknown[]>).flat();
    const backend = 1;
    expect(named.length + providers.length + backend).toBe(elements);
  }
});

test("no stack refers to another", () => {
  for (const { text } of Object.values(small)) expect(text).not.toContain("terraform_remote_state");
});
