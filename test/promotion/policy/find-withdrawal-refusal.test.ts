import { findWithdrawalRefusal } from "../../../promotion/policy/find-withdrawal-refusal";
import { lenient } from "./signed-images";

test.each<[string, readonly string[] | undefined, string | undefined, string | undefined, string]>([
  ["no rule", undefined, "mallory", undefined, ""],
  ["someone who is named", ["alice", "bob"], "Alice", undefined, ""],
  ["someone else", ["alice"], "mallory", "error", "mallory may not withdraw from app: only alice may"],
  ["an unknown person", ["alice"], undefined, "error", "it is not known who merged this"],
  [
    "perhaps a member of a team",
    ["alice", "org/security"],
    "bob",
    "warning",
    "whether bob is in org/security is not known",
  ],
])("%s", (_, names, mergedBy, severity, message) => {
  const refusal = findWithdrawalRefusal({ ...lenient, ...(names && { withdrawal: names }) }, "app", mergedBy);
  expect(refusal?.severity).toBe(severity);
  expect(refusal?.message ?? "").toContain(message);
});
