import { formatCount } from "../../document/format-count";
import type { ReplayedChange } from "./replay-change";

/** A table in Markdown: a row for each change. */
export function formatChanges(changes: readonly ReplayedChange[]): string {
  const head = [
    "change",
    "promoted before",
    "the plan",
    "what vanished",
    "deleted after the waiting time",
    "what stays",
  ];
  const rows = changes.map((change) => [
    change.name,
    join([
      count(change.promoted.images, "image"),
      count(change.promoted.files, "file"),
      ...Array.from(change.refused, ([what, number]) => `❌ ${number} \`${what}\``),
    ]),
    describePlan(change),
    describeAnswer(change),
    describeDeleted(change),
    describeStaying(change),
  ]);
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

function count(number: number, noun: string): string | undefined {
  return number > 0 ? formatCount(number, noun) : undefined;
}

function join(parts: readonly (string | undefined)[]): string {
  const known = parts.filter((part) => part !== undefined);
  return known.length > 0 ? known.join(", ") : "nothing";
}

function describePlan({ plan: { copies, tags, findings } }: ReplayedChange): string {
  return join([
    copies > 0 ? `copies ${copies}` : undefined,
    tags > 0 ? `sets ${formatCount(tags, "tag")}` : undefined,
    ...Array.from(findings, ([kind, artifacts]) => `❌ ${artifacts.size} \`${kind}\``),
  ]);
}

function describeAnswer({ answer, hidden, needsApproval }: ReplayedChange): string {
  if (answer === "nothing") return "nothing";
  if (answer === "allowed") return "its project is gone: `--allow-vanished`";
  return `hidden: ${hidden}${needsApproval ? ", with `--more`" : ""}`;
}

function describeDeleted({ deleted }: ReplayedChange): string {
  const { images, manifests, blobs, tags, files } = deleted;
  const parts = images > 0 ? ` (${join([count(manifests, "manifest"), count(blobs, "blob")])})` : "";
  const whole = count(images, "image");
  return join([whole && `${whole}${parts}`, count(tags, "tag"), count(files, "file")]);
}

function describeStaying({ left, shared }: ReplayedChange): string {
  const counts = (name: string, needs: readonly number[]) =>
    needs.length > 0 ? `${formatCount(needs.length, name)} that ${formatNeeds(needs)}` : undefined;
  const reasons = Array.from(left, ([reason, artifacts]) => `${formatCount(artifacts, "image")}: ${reason}`);
  return join([counts("manifest", shared.manifests), counts("blob", shared.blobs), ...reasons]);
}

function formatNeeds(needs: readonly number[]): string {
  const [least, most] = [Math.min(...needs), Math.max(...needs)];
  if (least !== most) return `${least} to ${most} images need`;
  return most === 1 ? "1 image needs" : `${most} images need`;
}
