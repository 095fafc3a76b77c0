import { z } from "zod";
import type { Path } from "./path";

/** Unwraps optional and nullable schemas, and schemas with a default. */
export function unwrapSchema(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault
    ? unwrapSchema(schema.unwrap())
    : schema;
}

/** The documentation of a schema, or of the schema that it wraps. */
export function documentationOf(schema: z.core.$ZodType): {
  description?: string;
  examples?: unknown[];
  title?: string;
} {
  const meta = z.globalRegistry.get(schema) ?? {};
  if (meta.description !== undefined || !(schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)) {
    return meta as { description?: string; examples?: unknown[]; title?: string };
  }
  return documentationOf(schema.unwrap());
}

/** The fields of a mapping, by name; none for anything else. */
export function fieldsOf(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> {
  const inner = unwrapSchema(schema);
  return inner instanceof z.ZodObject ? inner.shape : {};
}

/** The alternatives of a union; of anything else, the schema itself. */
export function optionsOf(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  const inner = unwrapSchema(schema);
  return inner instanceof z.ZodUnion ? inner.options : [inner];
}

/** The field by which an alternative of a union is recognized: its first. */
export function distinguishingField(option: z.core.$ZodType): string {
  return Object.keys(fieldsOf(option))[0] ?? "";
}

/** Whether a schema is a union whose alternatives are mappings, each recognized by a field. */
export function hasFieldOptions(schema: z.core.$ZodType): boolean {
  return optionsOf(schema).every((option) => distinguishingField(option) !== "");
}

/** The schema of a record's keys; `undefined` for anything else. */
export function keySchemaOf(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  const inner = unwrapSchema(schema);
  return inner instanceof z.ZodRecord ? inner.keyType : undefined;
}

/** The schema of a part of a value; `undefined` if the schema has no such part. */
export function schemaAt(schema: z.core.$ZodType, value: unknown, path: Path): z.core.$ZodType | undefined {
  const [part, ...rest] = path;
  if (part === undefined) return schema;
  const next = partOf(findOption(schema, value), part);
  return next && schemaAt(next, memberOf(value, part), rest);
}

/** Any part of a value. */
export function memberOf(value: unknown, part: string | number): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
  return (value as Record<string | number, unknown>)[part];
}

function partOf(schema: z.core.$ZodType, part: string | number): z.core.$ZodType | undefined {
  const inner = unwrapSchema(schema);
  if (inner instanceof z.ZodArray) return inner.element;
  if (inner instanceof z.ZodRecord) return inner.valueType;
  return Object.hasOwn(fieldsOf(inner), part) ? fieldsOf(inner)[part] : undefined;
}

/** Finds the alternative that a value uses, by its first field: the one whose literal it has, or whose field it has. */
export function findOption(schema: z.core.$ZodType, value: unknown): z.core.$ZodType {
  const inner = unwrapSchema(schema);
  if (!(inner instanceof z.ZodUnion)) return inner;
  if (Array.isArray(value)) return inner.options.find((option) => option instanceof z.ZodArray) ?? inner;
  const fits = inner.options.find((option) => {
    const first = distinguishingField(option);
    const field = fieldsOf(option)[first];
    return field instanceof z.ZodLiteral
      ? field.values.has(memberOf(value, first) as never)
      : memberOf(value, first) !== undefined;
  });
  return fits ?? inner;
}
