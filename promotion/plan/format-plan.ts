import { printableJson } from "../../document/printable";
import type { Plan } from "./plan";

/** A plan as JSON, one entry a line, which `readPlan` reads. Equal plans have equal texts. */
export function formatPlan({ images, files, removals, findings, ...head }: Plan): string {
  const list = (entries: readonly object[]) =>
    entries.length === 0 ? "[]" : `[\n    ${entries.map((entry) => printableJson(entry)).join(",\n    ")}\n  ]`;
  const members = [
    ...Object.entries(head).map(([name, value]) => `"${name}": ${printableJson(value)}`),
    `"images": ${list(images)}`,
    `"files": ${list(files)}`,
    ...(removals === undefined ? [] : [`"removals": ${list(removals)}`]),
    `"findings": ${list(findings)}`,
  ];
  return `{\n  ${members.join(",\n  ")}\n}\n`;
}
