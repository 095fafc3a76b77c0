import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createMirrorsJsonSchema } from "../inventory/create-mirrors-json-schema";
import { formatDeployedPage, formatReferencePage } from "./format-reference-page";

/**
 * Writes the files that are generated from the schema and the rules: `npx tsx generate/generate-inventory-files.ts`. A test
 * checks that they are current.
 */
const project = join(__dirname, "..");
writeFileSync(
  join(project, "inventory", "mirrors.schema.json"),
  `${JSON.stringify(createMirrorsJsonSchema(), null, 2)}\n`,
);
writeFileSync(join(project, "docs", "mirrors.md"), formatReferencePage());
writeFileSync(join(project, "docs", "deployed.md"), formatDeployedPage());
