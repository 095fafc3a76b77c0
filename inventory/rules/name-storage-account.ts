import { composeNames } from "../compose-names";
import type { Rule } from "../rule";

/** Names of storage accounts that Azure accepts. */
export const nameStorageAccount: Rule = {
  id: "name/storage-account",
  severity: "error",
  reason:
    "A storage account's name has 3 to 24 lower-case letters and digits (https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/resource-name-rules#microsoftstorage).",
  *check(draft) {
    for (const { kind, name, path, target, fix } of composeNames(draft)) {
      if (kind !== "storage-account" || /^[a-z0-9]{3,24}$/.test(name)) continue;
      const message = `the storage account's name "${name}" must have 3 to 24 lower-case letters and digits; it has ${name.length} characters`;
      yield { path, target, message, fix };
    }
  },
};
