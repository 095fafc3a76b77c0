import { z } from "zod";
import { formatFlow } from "../document/format-flow";
import {
  distinguishingField,
  documentationOf,
  fieldsOf,
  hasFieldOptions,
  optionsOf,
  unwrapSchema,
} from "../document/schema-field";

type Schema = z.core.$ZodType;

/** The sections of a page about a schema: one for each mapping, from the outside to the inside. */
export class ReferenceSections {
  readonly texts: string[] = [];
  /** Schemas that already have a section. */
  readonly #described = new Set<Schema>();
  /** The cloud of the current sections. */
  #remark = "";

  add(heading: string, schema: Schema, path: string): void {
    const inner = unwrapSchema(schema);
    if (this.#described.has(inner)) return;
    this.#described.add(inner);
    if (inner instanceof z.ZodObject) this.#addFields(heading, inner, path);
    if (inner instanceof z.ZodRecord) this.#addMembers(inner, path);
    if (inner instanceof z.ZodArray) this.add(`\`${path}[]\``, inner.element, `${path}[]`);
    if (inner instanceof z.ZodDiscriminatedUnion) this.#addClouds(inner, path);
    else if (inner instanceof z.ZodUnion && hasFieldOptions(inner)) this.#addAlternatives(inner, path);
  }

  #addFields(heading: string, schema: z.ZodObject, path: string): void {
    const fields = Object.entries(fieldsOf(schema));
    if (fields.length === 0) return;
    this.texts.push(
      formatSection(
        `${heading}${this.#remark}`,
        documentationOf(schema).description,
        fields.map(([name, field]) => formatRow(name, field)),
      ),
    );
    for (const [name, field] of fields) {
      const below = path === "" ? name : `${path}.${name}`;
      this.add(`\`${below}\``, field, below);
    }
  }

  #addMembers(schema: z.ZodRecord, path: string): void {
    const below = `${path === "" ? "" : `${path}.`}<${findKeyTitle(schema)}>`;
    this.add(`\`${below}\``, schema.valueType, below);
  }

  /** The fields of each cloud come first. Fields that all clouds share come last, and only once. */
  #addClouds(schema: z.ZodDiscriminatedUnion, path: string): void {
    const common = findCommonFields(schema.options.map(fieldsOf)).filter(
      ([, field]) => !this.#described.has(unwrapSchema(field)),
    );
    for (const [, field] of common) this.#described.add(unwrapSchema(field));
    for (const option of schema.options) {
      this.#remark = ` (\`cloud: ${documentationOf(option).title}\`)`;
      this.add(`\`${path}\``, option, path);
    }
    this.#remark = "";
    for (const [name, field] of common) {
      this.#described.delete(unwrapSchema(field));
      this.add(`\`${path}.${name}\``, field, `${path}.${name}`);
    }
  }

  #addAlternatives(schema: z.ZodUnion, path: string): void {
    const first = schema.options.map((option) => {
      const name = distinguishingField(option);
      return [name, fieldsOf(option)[name] as Schema] as const;
    });
    const others = new Map<string, { readonly field: Schema; readonly beside: string[] }>();
    for (const option of schema.options) {
      for (const [name, field] of Object.entries(fieldsOf(option)).slice(1)) {
        const other = others.get(name) ?? { field, beside: [] };
        other.beside.push(`\`${distinguishingField(option)}\``);
        others.set(name, other);
      }
    }
    const rows = [
      ...first.map(([name, field]) => formatRow(name, field, "", "")),
      ...[...others].map(([name, { field, beside }]) => formatRow(name, field, ` (with ${beside.join(", ")})`)),
    ];
    this.texts.push(formatSection(`\`${path}\``, "Each entry has one of these fields:", rows));
  }
}

/** The fields that several mappings all share. */
function findCommonFields(mappings: readonly Readonly<Record<string, Schema>>[]): [string, Schema][] {
  return Object.entries(mappings[0] ?? {}).filter(([name, field]) =>
    mappings.every((fields) => fields[name] !== undefined && unwrapSchema(fields[name]) === unwrapSchema(field)),
  );
}

function formatSection(heading: string, description: string | undefined, rows: readonly string[]): string {
  const table = ["| field | type and limits | default | meaning |", "|---|---|---|---|", ...rows].join("\n");
  return [`## ${heading}\n`, ...(description === undefined ? [] : [`${description}\n`]), `${table}\n`].join("\n");
}

function formatRow(name: string, schema: Schema, remark = "", fallback = formatDefault(schema)): string {
  const { description, examples } = documentationOf(schema);
  const example = examples?.[0] === undefined ? "" : ` Example: \`${name}: ${formatFlow(examples[0])}\``;
  const cells = [
    `\`${name}\`${remark}`,
    formatType(schema),
    fallback,
    `${description ?? describeMeaning(schema)}${example}`,
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** A field without a description uses that of its entries, value or members. */
function describeMeaning(schema: Schema): string {
  const inner = unwrapSchema(schema);
  if (inner instanceof z.ZodLiteral) return "The provider's cloud. It determines the other fields.";
  return inner instanceof z.ZodArray ? (documentationOf(inner.element).description ?? "") : "";
}

function formatDefault(schema: Schema): string {
  if (schema instanceof z.ZodDefault) return `\`${JSON.stringify(schema.def.defaultValue)}\``;
  return schema instanceof z.ZodOptional ? "none" : "**required**";
}

function formatType(schema: Schema): string {
  const inner = unwrapSchema(schema);
  if (inner instanceof z.ZodObject) return Object.keys(inner.shape).length === 0 ? "`{}` (no fields)" : "mapping";
  if (inner instanceof z.ZodRecord) return `mapping: ${findKeyTitle(inner)} to ${formatType(inner.valueType)}`;
  if (inner instanceof z.ZodArray) return `list of: ${formatType(inner.element)}`;
  if (inner instanceof z.ZodEnum) return inner.options.map((option) => `\`${option}\``).join(", ");
  if (inner instanceof z.ZodLiteral) return [...inner.values].map((value) => `\`${value}\``).join(", ");
  if (inner instanceof z.ZodBoolean) return "`true`, `false`";
  if (inner instanceof z.ZodUnion)
    return optionsOf(inner)
      .map((option) => documentationOf(option).title)
      .join(", ");
  return inner instanceof z.ZodNumber ? formatNumber(inner) : formatString(schema);
}

function formatNumber(schema: z.ZodNumber): string {
  const { type, minimum, exclusiveMinimum, maximum } = z.toJSONSchema(schema);
  const word = type === "integer" ? "whole number" : "number";
  if (exclusiveMinimum !== undefined) {
    return `${word} above ${exclusiveMinimum}${maximum === undefined ? "" : `, at most ${maximum}`}`;
  }
  return `${word}, ${minimum} to ${maximum}`;
}

/** The schema's own description of the string, taken from its error message. */
function formatString(schema: Schema): string {
  const { maxLength, title } = z.toJSONSchema(schema);
  if (title !== undefined) return title;
  const limit = maxLength === undefined ? "" : `, at most ${maxLength} characters`;
  const requirement = z.safeParse(schema, "\0").error?.issues[0]?.message;
  return `${requirement ?? "string"}${limit}`;
}

function findKeyTitle(schema: z.ZodRecord): string {
  return documentationOf(schema.keyType).title ?? "name";
}
