import { mirrorsJsonSchema } from "../inventory/json-schema";

/** `schema`: the JSON Schema of the inventory. */
export function schemaCommand(): void {
  process.stdout.write(`${JSON.stringify(mirrorsJsonSchema(), null, 2)}\n`);
}
