import { composedNames } from "../composed-names";
import type { Rule } from "../rule";

/** Names of storage accounts that Azure takes. */
export const nameStorageAccount: Rule = {
  id: "name/storage-account",
  severity: "error",
  reason:
    "A storage account's name has 3 to 24 lower-case letters and digits (https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/resource-name-rules#microsoftstorage).",
  *check(draft) {
    for (const { kind, name, path, target, fix } of composedNames(draft)) {
      if (kind !== "storage-account" || /^[a-z0-9]{3,24}$/.test(name)) continue;
      const message = `the storage account's name "${name}" is not of 3 to 24 lower-case letters and digits (it has ${name.length} characters)`;
      yield { path, target, message, fix };
    }
  },
};
