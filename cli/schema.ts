import { createMirrorsJsonSchema } from "../inventory/create-mirrors-json-schema";

/** `schema`: prints the JSON Schema of the inventory. */
export function schemaCommand(): void {
  process.stdout.write(`${JSON.stringify(createMirrorsJsonSchema(), null, 2)}\n`);
}
