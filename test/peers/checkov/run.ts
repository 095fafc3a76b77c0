/** Runs Checkov over the stacks of all fixtures: `npm run test:checkov`. It is installed into `.peers/` if it is missing. */
import { findTools } from "../find-tools";
import { Report } from "../report";
import { checkStacks } from "./check-stacks";

async function run(): Promise<void> {
  const report = new Report();
  const tools = await findTools(["checkov"], console.log);
  report.printHead("Checkov finds nothing that is not waived");
  await report.runCheck("checkov", "the stacks of all fixtures", tools.get("checkov"), checkStacks);
  report.printSummary();
  process.exitCode = report.isSuccess ? 0 : 1;
}

run().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
