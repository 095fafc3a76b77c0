import { z } from "zod";
import type { Path } from "./path";

/** A schema without what makes it optional or gives it a default. */
export function opened(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? opened(schema.unwrap()) : schema;
}

/** What the schema says of itself, in words: the outermost that says something. */
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
  const inner = opened(schema);
  return inner instanceof z.ZodObject ? inner.shape : {};
}

/** The alternatives of a union; of anything else, the schema itself. */
export function optionsOf(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  const inner = opened(schema);
  return inner instanceof z.ZodUnion ? inner.options : [inner];
}

/** The field by which an alternative of a union is recognized: its first. */
export function distinguishingField(option: z.core.$ZodType): string {
  return Object.keys(fieldsOf(option))[0] ?? "";
}

/** What the keys of a mapping of any keys must be; `undefined` for anything else. */
export function keySchemaOf(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  const inner = opened(schema);
  return inner instanceof z.ZodRecord ? inner.keyType : undefined;
}

/** The schema of a part of a value; `undefined` where the schema knows of no such part. */
export function schemaAt(schema: z.core.$ZodType, value: unknown, path: Path): z.core.$ZodType | undefined {
  const [part, ...rest] = path;
  if (part === undefined) return schema;
  const next = partOf(chosenOption(schema, value), part);
  return next && schemaAt(next, memberOf(value, part), rest);
}

/** A part of a value that may be anything. */
export function memberOf(value: unknown, part: string | number): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
  return (value as Record<string | number, unknown>)[part];
}

function partOf(schema: z.core.$ZodType, part: string | number): z.core.$ZodType | undefined {
  const inner = opened(schema);
  if (inner instanceof z.ZodArray) return inner.element;
  if (inner instanceof z.ZodRecord) return inner.valueType;
  return Object.hasOwn(fieldsOf(inner), part) ? fieldsOf(inner)[part] : undefined;
}

/** The alternative that a value means, by the first field of each: one whose literal it has, or one whose field it has. */
export function chosenOption(schema: z.core.$ZodType, value: unknown): z.core.$ZodType {
  const inner = opened(schema);
  if (!(inner instanceof z.ZodUnion)) return inner;
  const fits = inner.options.find((option) => {
    const first = distinguishingField(option);
    const field = fieldsOf(option)[first];
    return field instanceof z.ZodLiteral
      ? field.values.has(memberOf(value, first) as never)
      : memberOf(value, first) !== undefined;
  });
  return fits ?? inner;
}
