import { itemsOf } from "../../document/draft";
import { stagingAreasOf } from "../promotion-draft";
import type { Cloud } from "../region";
import type { Rule } from "../rule";

/** The form of principals that a cloud accepts, and an example. */
interface PrincipalForm {
  readonly form: RegExp;
  readonly fix: string;
}

const mail = "[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+";

const forms: Readonly<Record<Cloud, PrincipalForm>> = {
  google: {
    form: new RegExp(
      `^((user|group|serviceAccount):${mail}|principal(Set)?://iam\\.googleapis\\.com/(projects|locations)/[A-Za-z0-9./:@_-]+)$`,
    ),
    fix: "Write group:team@example.org, or user:, serviceAccount:, principal:// or principalSet:// in the same way.",
  },
  aws: {
    form: /^arn:aws:iam::[0-9]{12}:(role|user)\/[A-Za-z0-9+=,.@_/-]+$/,
    fix: "Write the ARN of a role or user: arn:aws:iam::123456789012:role/team.",
  },
  azure: {
    form: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
    fix: "Write the object id of a group, a service principal or a user of Microsoft Entra.",
  },
};

const isAddress = new RegExp(`^${mail}$`);

/** Google's principals are addresses with their kind before them. */
function kindFix(cloud: Cloud, address: string, fix: string): string {
  return cloud === "google" ? `Write group:${address}, user:${address} or serviceAccount:${address}.` : fix;
}

/** Who may write to a staging area is named as its cloud names it. */
export const stagingWriter: Rule = {
  id: "staging/writer",
  severity: "error",
  reason:
    "What is staged can be promoted, so only principals that are named one by one may write: no anonymous users, and no whole domains or accounts (https://cloud.google.com/iam/docs/principal-identifiers, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns).",
  *check(draft) {
    for (const { area, path } of stagingAreasOf(draft)) {
      const cloud = draft.providers?.[area.provider ?? ""]?.cloud;
      if (cloud === undefined || cloud === "external") continue;
      const { form, fix } = forms[cloud];
      for (const [index, writer] of itemsOf(area.writers)) {
        if (form.test(writer)) continue;
        const message = `${JSON.stringify(writer)} is not a principal of ${cloud} that may write`;
        yield {
          path: [...path, "writers", index],
          message,
          fix: isAddress.test(writer) ? kindFix(cloud, writer, fix) : fix,
        };
      }
    }
  },
};
