import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createMirrorsJsonSchema } from "../inventory/create-mirrors-json-schema";
import { createPolicyJsonSchema } from "../promotion/policy/create-policy-json-schema";
import { formatDeployedPage } from "./format-deployed-page";
import { formatMetadataPage } from "./format-metadata-page";
import { formatMirrorsPage } from "./format-mirrors-page";
import { formatPolicyPage } from "./format-policy-page";
import { formatRulesPage } from "./format-rules-page";
import { formatSecurityPage } from "./format-security-page";

/**
 * Writes the files that are generated from the schemas and the rules: `npx tsx generate/generate-inventory-files.ts`. A test
 * checks that they are up to date.
 */
const project = join(__dirname, "..");
const schema = `${JSON.stringify(createMirrorsJsonSchema(), null, 2)}\n`;
writeFileSync(join(project, "inventory", "mirrors.schema.json"), schema);
writeFileSync(join(project, "docs", "mirrors.md"), formatMirrorsPage());
writeFileSync(join(project, "docs", "metadata-names.md"), formatMetadataPage());
writeFileSync(join(project, "docs", "deployed.md"), formatDeployedPage());
writeFileSync(join(project, "docs", "rules.md"), formatRulesPage());
writeFileSync(join(project, "docs", "security.md"), formatSecurityPage());
writeFileSync(
  join(project, "promotion", "policy", "policy.schema.json"),
  `${JSON.stringify(createPolicyJsonSchema(), null, 2)}\n`,
);
writeFileSync(join(project, "docs", "promotion-policy.md"), formatPolicyPage());
