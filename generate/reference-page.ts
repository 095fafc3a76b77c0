import { z } from "zod";
import { flowText } from "../document/flow-text";
import { distinguishingField, documentationOf, fieldsOf, opened, optionsOf } from "../document/schema-field";
import { deployedFactsSchema } from "../facts/deployed-facts-schema";
import { metadataGroups } from "../inventory/metadata-names";
import { mirrorsSchema } from "../inventory/schema";
import { allRules } from "./all-rules";

type Schema = z.core.$ZodType;

const introduction = `# mirrors.yaml

<!-- Made by \`npx tsx generate/generate-inventory-files.ts\` from inventory/schema.ts and inventory/rules/: change those. -->

One file says who donates mirror capacity, and where. \`mirrorform validate\` finds everything that is wrong with it; the
rules are at the end of this page. Editors complete and check it with this first line:

\`\`\`yaml
# yaml-language-server: $schema=./inventory/mirrors.schema.json
\`\`\`

The order of the file carries no meaning. There are no secrets in it: it is public.
`;

/** \`docs/mirrors.md\`: every field with its meaning, type, default, limits and an example, and every rule with its reason. */
export function referencePage(): string {
  const sections = new ReferenceSections();
  sections.add("The top of the file", mirrorsSchema, "");
  return `${[introduction, ...sections.texts, metadataSection(), rulesSection()].join("\n")}`;
}

const deployedIntroduction = `# deployed.yaml

<!-- Made by \`npx tsx generate/generate-inventory-files.ts\` from facts/deployed-facts-schema.ts: change that. -->

What only the clouds know, by provider: outputs of deployed stacks, copied and reviewed. \`mirrorform facts\` copies them;
\`mirrorform validate\` checks the file, which stands beside \`mirrors.yaml\`. A missing or empty file means that nothing is deployed yet.
It is public: there are no secrets in it.

Clients are sent only to stores that the file lists, so list a store once it is deployed **and** filled. The rules, with
their reasons, are in [mirrors.md](mirrors.md#rules).
`;

/** \`docs/deployed.md\`: every field of \`deployed.yaml\`. */
export function deployedPage(): string {
  const sections = new ReferenceSections();
  sections.add("The top of the file", deployedFactsSchema, "");
  return [deployedIntroduction, ...sections.texts].join("\n");
}

/** The sections of the page: one for each mapping, in the order in which a reader meets them. */
class ReferenceSections {
  readonly texts: string[] = [];
  /** What has a section already: where a schema is used again, the first one holds. */
  readonly #described = new Set<Schema>();
  /** Which cloud the sections are about. */
  #remark = "";

  add(heading: string, schema: Schema, path: string): void {
    const inner = opened(schema);
    if (this.#described.has(inner)) return;
    this.#described.add(inner);
    if (inner instanceof z.ZodObject) this.#addFields(heading, inner, path);
    if (inner instanceof z.ZodRecord) this.#addMembers(inner, path);
    if (inner instanceof z.ZodArray) this.add(`\`${path}[]\``, inner.element, `${path}[]`);
    if (inner instanceof z.ZodDiscriminatedUnion) this.#addClouds(inner, path);
    else if (inner instanceof z.ZodUnion) this.#addAlternatives(inner, path);
  }

  #addFields(heading: string, schema: z.ZodObject, path: string): void {
    const fields = Object.entries(fieldsOf(schema));
    if (fields.length === 0) return;
    this.texts.push(
      section(
        `${heading}${this.#remark}`,
        documentationOf(schema).description,
        fields.map(([name, field]) => row(name, field)),
      ),
    );
    for (const [name, field] of fields) {
      const below = path === "" ? name : `${path}.${name}`;
      this.add(`\`${below}\``, field, below);
    }
  }

  #addMembers(schema: z.ZodRecord, path: string): void {
    const below = `${path === "" ? "" : `${path}.`}<${keyTitle(schema)}>`;
    this.add(`\`${below}\``, schema.valueType, below);
  }

  /** What all clouds have in common comes first, and then not again. */
  #addClouds(schema: z.ZodDiscriminatedUnion, path: string): void {
    const fields = schema.options.map(fieldsOf);
    for (const [name, field] of Object.entries(fields[0] ?? {})) {
      const isCommon = fields.every((others) => others[name] !== undefined && opened(others[name]) === opened(field));
      if (isCommon) this.add(`\`${path}.${name}\``, field, `${path}.${name}`);
    }
    for (const option of schema.options) {
      this.#remark = ` (\`cloud: ${documentationOf(option).title}\`)`;
      this.add(`\`${path}\``, option, path);
    }
    this.#remark = "";
  }

  #addAlternatives(schema: z.ZodUnion, path: string): void {
    const rows = schema.options.flatMap((option) =>
      Object.entries(fieldsOf(option)).map(([name, field]) => {
        const first = distinguishingField(option);
        return row(name, field, name === first ? "" : ` (beside \`${first}\`)`);
      }),
    );
    this.texts.push(section(`\`${path}\``, "Each entry holds one of these:", rows));
  }
}

function section(heading: string, description: string | undefined, rows: readonly string[]): string {
  const table = ["| field | type and limits | default | meaning |", "|---|---|---|---|", ...rows].join("\n");
  return [`## ${heading}\n`, ...(description === undefined ? [] : [`${description}\n`]), `${table}\n`].join("\n");
}

function row(name: string, schema: Schema, remark = ""): string {
  const { description, examples } = documentationOf(schema);
  const example = examples?.[0] === undefined ? "" : ` Example: \`${name}: ${flowText(examples[0])}\``;
  const cells = [
    `\`${name}\`${remark}`,
    typeText(schema),
    defaultText(schema),
    `${description ?? meaningOf(schema)}${example}`,
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** A field that says nothing of itself is what its entries, its only value or its members are. */
function meaningOf(schema: Schema): string {
  const inner = opened(schema);
  if (inner instanceof z.ZodLiteral) return "Who is behind this provider; it decides which other fields there are.";
  return inner instanceof z.ZodArray ? (documentationOf(inner.element).description ?? "") : "";
}

function defaultText(schema: Schema): string {
  if (schema instanceof z.ZodDefault) return `\`${JSON.stringify(schema.def.defaultValue)}\``;
  return schema instanceof z.ZodOptional ? "none" : "**required**";
}

function typeText(schema: Schema): string {
  const inner = opened(schema);
  if (inner instanceof z.ZodObject) return Object.keys(inner.shape).length === 0 ? "`{}`" : "mapping";
  if (inner instanceof z.ZodRecord) return `mapping: ${keyTitle(inner)} to ${typeText(inner.valueType)}`;
  if (inner instanceof z.ZodArray) return `list of: ${typeText(inner.element)}`;
  if (inner instanceof z.ZodEnum) return inner.options.map((option) => `\`${option}\``).join(", ");
  if (inner instanceof z.ZodLiteral) return [...inner.values].map((value) => `\`${value}\``).join(", ");
  if (inner instanceof z.ZodBoolean) return "`true`, `false`";
  if (inner instanceof z.ZodUnion)
    return optionsOf(inner)
      .map((option) => documentationOf(option).title)
      .join(", ");
  return inner instanceof z.ZodNumber ? numberText(inner) : textText(schema);
}

function numberText(schema: z.ZodNumber): string {
  const { type, minimum, exclusiveMinimum, maximum } = z.toJSONSchema(schema);
  const word = type === "integer" ? "whole number" : "number";
  if (exclusiveMinimum !== undefined) return `${word} above ${exclusiveMinimum}`;
  return `${word}, ${minimum} to ${maximum}`;
}

/** The schema's own words for what the text must be: what it answers to one that cannot be meant. */
function textText(schema: Schema): string {
  const { maxLength, title } = z.toJSONSchema(schema);
  if (title !== undefined) return title;
  const limit = maxLength === undefined ? "" : `, at most ${maxLength} characters`;
  const refusal = z.safeParse(schema, "\0").error?.issues[0]?.message;
  return `${refusal ?? "text"}${limit}`;
}

function keyTitle(schema: z.ZodRecord): string {
  return documentationOf(schema.keyType).title ?? "name";
}

/** The default list of metadata, by group. */
function metadataSection(): string {
  const about = `These files vouch for other files, or change under one name: only the origin and mirrors with \`trusted: true\` serve them. A
pattern matches the last segment of a path at the mirrors, in any letter case; \`*\` stands for any characters or none. A host can change the list with
\`metadata: { add: […], remove: […] }\`. All other files are ordinary: archives, packages and images by version, whose checksums are listed here.`;
  const groups = metadataGroups.map(
    ({ title, reason, names }) => `**${title}.** ${reason}\n\n${names.map((name) => `\`${name}\``).join(", ")}\n`,
  );
  return ["## Metadata by default\n", `${about}\n`, ...groups].join("\n");
}

function rulesSection(): string {
  const rows = allRules.map(
    ({ id, severity, reason }) => `| \`${id}\` | ${severity} | ${reason.replaceAll("|", "\\|")} |`,
  );
  const about = "What `mirrorform validate` looks for, and why. A warning is told; an error stops everything.";
  return [`## Rules\n`, `${about}\n`, "| rule | severity | reason |", "|---|---|---|", ...rows, ""].join("\n");
}
