import { z } from "zod";
import { printable } from "../../document/printable";
import { findingKinds, type Plan } from "./plan";

const text = z.string().min(1).max(4_096);
const digest = z.string().regex(/^sha256:[a-f0-9]{64}$/);
/** Children and blobs may have another algorithm (OCI image specification 1.1, "Registered algorithms"). */
const part = z.string().regex(/^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/);
const checksum = z.string().regex(/^[a-f0-9]{64}$/);
/** OCI distribution specification 1.1, "Pulling manifests". */
const tag = z.string().regex(/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/);
const component = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const repository = z
  .string()
  .max(255)
  .regex(new RegExp(`^${component}(?:/${component})*$`));
const target = z.string().regex(/^[a-z0-9-]+\/[A-Za-z0-9._-]+ (?:registry|blobs|files)$/);
const bytes = z.int().nonnegative().optional();
const count = z.int().nonnegative();
const scope = {
  destinations: z.array(z.string().regex(/^[a-z0-9-]+\/[A-Za-z0-9._-]+$/)).optional(),
  unread: z.array(target).optional(),
};

const image = z.strictObject({
  project: text,
  source: text,
  repository,
  digest,
  attachedTo: digest.optional(),
  bytes,
  missing: z
    .array(
      z.strictObject({
        target,
        content: z.boolean(),
        tags: z.array(tag),
        damaged: z.array(digest).optional(),
        moved: z.array(z.strictObject({ tag, from: digest })).optional(),
      }),
    )
    .min(1),
  ...scope,
});

const file = z.strictObject({
  project: text,
  source: text,
  /** Without parts that lead elsewhere. */
  path: text.refine(
    (path) => !path.startsWith("/") && !path.split("/").some((part) => part === "" || part === "." || part === ".."),
  ),
  sha256: checksum,
  bytes,
  missing: z.array(target).min(1),
  replaces: z.array(target).optional(),
  damaged: z.array(target).optional(),
  ...scope,
});

const finding = z.strictObject({
  kind: z.enum(findingKinds),
  severity: z.enum(["error", "warning"]),
  project: text.optional(),
  artifact: text.optional(),
  target: text.optional(),
  message: text.max(65_536),
  fix: text,
  paste: z.strictObject({ file: text, lines: z.array(z.string()) }).optional(),
});

const removal = z.strictObject({
  state: z.enum(["hide", "waiting", "delete", "restore"]),
  kind: z.enum(["image", "tags", "file"]),
  project: text,
  name: text,
  digest,
  tags: z.array(tag),
  reason: text,
  hidden: z.union([z.iso.datetime(), z.literal("")]),
  after: z.union([z.iso.datetime(), z.literal("")]),
  from: z.array(target),
  left: z.array(z.strictObject({ target, reason: text })),
  manifests: z.array(part).optional(),
  blobs: z.array(part).optional(),
  records: z.array(part).optional(),
  promisedTags: z.array(tag).optional(),
  stayingTags: z.array(tag).optional(),
  needed: z.strictObject({ manifests: count, blobs: count, by: z.array(text) }).optional(),
});

const plan = z.strictObject({
  format: z.literal(1),
  made: z.iso.datetime(),
  promise: checksum,
  since: z
    .string()
    .regex(/^[a-f0-9]{40,64}$/)
    .optional(),
  inPlace: z.strictObject({ images: count, files: count }).optional(),
  repairs: z.literal(true).optional(),
  images: z.array(image),
  files: z.array(file),
  removals: z.array(removal).optional(),
  findings: z.array(finding),
});

/** A plan that was read, or why it cannot be used. */
export type PlanReading = { readonly plan: Plan } | { readonly problem: string };

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

/** Reads a plan that `formatPlan` wrote. What it does not know makes it unusable. */
export function readPlan(content: string): PlanReading {
  const value = parseJson(content);
  if (value === undefined) return { problem: "it is not JSON" };
  const { success, data, error } = plan.safeParse(value);
  // Optional members are absent, never undefined: the text is JSON.
  if (success) return { plan: data as Plan };
  const [issue] = error.issues;
  const place = issue?.path.join(".") ?? "";
  return { problem: printable(`${place === "" ? "it" : place}: ${issue?.message ?? "invalid"}`) };
}
