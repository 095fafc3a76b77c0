import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import { parse } from "yaml";
import { allRules } from "../../generate/all-rules";
import { formatMirrorsPage } from "../../generate/format-mirrors-page";
import { formatPolicyPage } from "../../generate/format-policy-page";
import { formatRulesPage } from "../../generate/format-rules-page";
import { formatSecurityPage } from "../../generate/format-security-page";
import { createMirrorsJsonSchema } from "../../inventory/create-mirrors-json-schema";
import { readInventory } from "../../inventory/read-inventory";
import { createPolicyJsonSchema } from "../../promotion/policy/create-policy-json-schema";
import { policyRules } from "../../promotion/policy/policy-rules";
import { parsePolicy } from "../../promotion/policy/read-policy";

const project = join(__dirname, "..", "..");
const committed = (...path: string[]) => readFileSync(join(project, ...path), "utf8");
const fixture = (...path: string[]) => parse(committed("test", "fixtures", "inventories", ...path)) as unknown;

describe("the files that `npx tsx generate/generate-inventory-files.ts` writes are up to date", () => {
  test("inventory/mirrors.schema.json", () => {
    expect(JSON.parse(committed("inventory", "mirrors.schema.json"))).toEqual(createMirrorsJsonSchema());
  });

  test("docs/mirrors.md", () => {
    expect(committed("docs", "mirrors.md")).toBe(formatMirrorsPage());
  });

  test("docs/security.md", () => {
    expect(committed("docs", "security.md")).toBe(formatSecurityPage());
  });
});

describe("the policy's files are up to date", () => {
  test("promotion/policy/policy.schema.json", () => {
    expect(JSON.parse(committed("promotion", "policy", "policy.schema.json"))).toEqual(createPolicyJsonSchema());
  });

  test("docs/promotion-policy.md, which begins with a valid example, and has every rule", () => {
    const page = formatPolicyPage();
    expect(committed("docs", "promotion-policy.md")).toBe(page);
    const [, example = ""] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    expect(parsePolicy(Buffer.from(example), "policy.yaml")).toMatchObject({ ok: true, problems: [] });
    for (const { id, example } of policyRules) {
      expect(page).toContain(`| \`${id}\` |`);
      const defaults = `${example}\n`;
      expect(parsePolicy(Buffer.from(`defaults:\n  ${defaults}`), "policy.yaml")).toMatchObject({
        ok: true,
        problems: [],
      });
    }
  });
});

describe("the JSON Schema", () => {
  const accepts = new Ajv({ validateFormats: false, allErrors: true }).compile(createMirrorsJsonSchema());

  test.each(["choices", "kubernetes", "promotion", "small", "smallest"])("accepts %s", (name) => {
    expect([accepts(fixture(`${name}.yaml`)), accepts.errors]).toEqual([true, null]);
  });

  const refused = readdirSync(join(project, "test", "fixtures", "inventories", "broken"))
    .filter(
      (name) => name.startsWith("schema-") || name === "provider-unknown-cloud.yaml" || name === "several-at-once.yaml",
    )
    .concat("host-serves-nothing.yaml", "redirector-nowhere-to-run.yaml");

  test.each(refused)("refuses %s", (name) => {
    expect(accepts(fixture("broken", name))).toBe(false);
  });
});

test("the page of rules has every rule", () => {
  for (const { id } of allRules) expect(formatRulesPage()).toContain(`| \`${id}\` |`);
});

describe("the page of fields", () => {
  const page = formatMirrorsPage();

  test("begins with a valid example", () => {
    const [, example = ""] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    const { ok, problems } = readInventory(Buffer.from(example), "mirrors.yaml", new Date("2026-11-25"));
    expect({ ok, problems }).toEqual({ ok: true, problems: [] });
  });

  test("has a meaning for every field", () => {
    const rows = page.split("\n").filter((line) => line.startsWith("| `"));
    for (const row of rows) expect(row).toMatch(/ \| \S.*\S \|$/);
    expect(rows.filter((row) => row.includes("| text |"))).toEqual([]);
  });
});
