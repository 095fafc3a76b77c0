import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkDocument, type DocumentKind } from "../../document/check-document";
import type { DocumentWords } from "../../document/document-words";
import { isError, type Problem } from "../../document/problem";
import { readBytes } from "../../document/read-bytes";
import { type NoDocument, readDocument, readDocumentFile, type YamlDocument } from "../../document/read-document";
import type { Policy } from "./policy";
import type { PolicyFileContext } from "./policy-file-rule";
import { policyFileRules, trustedRootRule } from "./policy-file-rules";
import { policySchema } from "./policy-schema";
import { resolvePolicy } from "./resolve-policy";

/** A policy with warnings, or all problems. No policy: nothing is refused. */
export type PolicyReading =
  | { readonly ok: true; readonly policy: Policy | undefined; readonly problems: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Where the policy is. */
export interface PolicyPlace {
  readonly file: string;
  /** Whether a missing file is an error: the inventory names it. */
  readonly isRequired: boolean;
}

const words: DocumentWords = {
  option: "promotion.policy of the inventory",
  start: "Start from the example in docs/promotion-policy.md.",
  patternFields: ["allow", "deny", "images", "attached"],
};

const policyKind: DocumentKind<typeof policySchema, PolicyFileContext> = {
  words,
  schema: policySchema,
  rules: policyFileRules,
};

/** The public instance's has 7 kB; with each new log it grows by 300 bytes. */
const largestRoot = 1024 * 1024;

/** Reads `policy.yaml`: every problem at once. Never throws. */
export function readPolicy({ file, isRequired }: PolicyPlace, context: PolicyFileContext = {}): PolicyReading {
  if (!isRequired && !existsSync(file)) return { ok: true, policy: undefined, problems: [] };
  return checkPolicy(readDocumentFile(file, words), file, context);
}

/** Reads a policy from a file's bytes: every problem at once. Never throws. @param file its name, as it is shown in problems */
export function parsePolicy(text: Uint8Array, file: string, context: PolicyFileContext = {}): PolicyReading {
  return checkPolicy(readDocument(text, file, words), file, context);
}

function checkPolicy(document: YamlDocument | NoDocument, file: string, context: PolicyFileContext): PolicyReading {
  if (!document.ok) return document;
  const reading = checkDocument(document, policyKind, context);
  if (!reading.ok) return reading;
  const { value, problems } = reading;
  const root = value["trusted-root"];
  const trusted = root === undefined ? undefined : readTrustedRoot(join(dirname(file), root), document);
  if (typeof trusted === "object") return { ok: false, problems: [...problems, trusted] };
  return { ok: !problems.some(isError), policy: resolvePolicy(value, file, trusted), problems };
}

/** @returns its text, or what is wrong with it */
function readTrustedRoot(path: string, document: YamlDocument): string | Problem {
  const { id, severity } = trustedRootRule;
  const refuse = (message: string): Problem => {
    const fix = "Write one with `cosign trusted-root create`, or remove the line to trust Sigstore's public instance.";
    return document.place({ rule: id, severity, message, fix }, ["trusted-root"], "value");
  };
  const bytes = readBytes(path, words, largestRoot);
  if (!(bytes instanceof Uint8Array)) return refuse(`${path} cannot be used: ${bytes.message}`);
  const text = Buffer.from(bytes).toString("utf8");
  return isTrustedRoot(text) ? text : refuse(`${path} is not a trusted root of Sigstore`);
}

/** Sigstore's protobuf-specs, `sigstore_trustroot.proto`: the media type of every version. */
function isTrustedRoot(text: string): boolean {
  try {
    const { mediaType } = JSON.parse(text) as { readonly mediaType?: unknown };
    return typeof mediaType === "string" && mediaType.startsWith("application/vnd.dev.sigstore.trustedroot");
  } catch {
    return false;
  }
}
