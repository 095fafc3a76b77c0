import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { applyWaivers } from "../../../security/apply-waivers";
import { type CheckedFiles, type CheckovResult, readCheckovReport } from "../../../security/read-checkov-report";
import { readWaivers } from "../../../security/read-waivers";
import { checkedInventories, fixtureStacks } from "../../security/fixture-stacks";
import type { StackJson, Synthesized } from "../../stacks/stacks";

/** The report names every resource with every check, in bytes. */
const longestReport = 256 * 1024 * 1024;

/** Checkov reads nothing of a file with `required_version`, and exits with 0 (bridgecrewio/checkov#7454). */
function withoutRequiredVersion({ json }: Synthesized): StackJson {
  const { required_version: _, ...terraform } = json.terraform as Readonly<Record<string, unknown>>;
  return { ...json, terraform };
}

function addressesIn({ resource = {}, data = {} }: StackJson): string[] {
  return [resource, data].flatMap((blocks) =>
    Object.entries(blocks).flatMap(([type, bodies]) => Object.keys(bodies).map((name) => `${type}.${name}`)),
  );
}

/** Writes copies of all stacks. */
function writeStacks(folder: string): CheckedFiles {
  const stacks = checkedInventories.flatMap((inventory) =>
    Object.entries(fixtureStacks(inventory)).map(([stack, synthesized]) => ({ inventory, stack, synthesized })),
  );
  return new Map(
    stacks.map(({ inventory, stack, synthesized }) => {
      mkdirSync(join(folder, inventory, stack), { recursive: true });
      const path = `/${inventory}/${stack}/cdk.tf.json`;
      const copy = withoutRequiredVersion(synthesized);
      writeFileSync(join(folder, path), JSON.stringify(copy));
      return [path, { stack, addresses: addressesIn(copy) }];
    }),
  );
}

async function runCheckov(checkov: string, folder: string): Promise<CheckovResult> {
  const files = writeStacks(folder);
  const { stdout, stderr } = await promisify(execFile)(
    checkov,
    // biome-ignore format: an option a line
    [
      "--directory", folder,
      "--framework", "terraform_json",
      "--external-checks-dir", join(__dirname, "policies"),
      "--output", "json",
      "--compact",
      "--skip-download",
      "--soft-fail",
    ],
    { maxBuffer: longestReport },
  );
  return readCheckovReport(stdout, stderr, files);
}

/**
 * Runs Checkov over all stacks of the fixtures.
 *
 * @returns the figures, as text
 * @throws Error if a finding has no waiver, or a waiver no finding; or if Checkov has not read everything
 */
export async function checkStacks(checkov: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "mirrorform-checkov-"));
  try {
    const { passed, findings, checked } = await runCheckov(checkov, folder);
    const { open, waived, unneeded } = applyWaivers(findings, readWaivers());
    const problems = [
      ...open.map(({ id, title, resource }) => `${id} ${resource}: ${title}`),
      ...unneeded.map((waiver) => `security/waivers.yaml: nothing needs ${waiver}: remove it`),
    ];
    if (problems.length > 0) throw new Error(`${problems.length} problems:\n${problems.join("\n")}`);
    const covered = [...waived.values()].reduce((sum, count) => sum + count, 0);
    return `${checked} resources: ${passed} checks passed, ${covered} findings of ${waived.size} ids are waived, none is open`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
