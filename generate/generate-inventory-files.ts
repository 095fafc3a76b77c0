import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { mirrorsJsonSchema } from "../inventory/json-schema";
import { deployedPage, referencePage } from "./reference-page";

/** Writes what is made from the schema and the rules: `npx tsx generate/generate-inventory-files.ts`. A test finds it out of date. */
const project = join(__dirname, "..");
writeFileSync(join(project, "inventory", "mirrors.schema.json"), `${JSON.stringify(mirrorsJsonSchema(), null, 2)}\n`);
writeFileSync(join(project, "docs", "mirrors.md"), referencePage());
writeFileSync(join(project, "docs", "deployed.md"), deployedPage());
