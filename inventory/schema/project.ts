import { z } from "zod";
import { httpsUrl } from "./https-url";
import { name, nameWords } from "./names";

/** `project`: who runs the mirrors. */
export const project = z
  .strictObject({
    // A Google service account's id holds 30 characters (IAM, "Create service accounts"): `<name>-redirector`.
    name: name(19).meta({
      title: `${nameWords}; at most 19`,
      description: "Prefix of every resource name.",
      examples: ["k8s-artifacts"],
    }),
    contact: z.email("an e-mail address").meta({
      description: "Who answers for the mirrors.",
      examples: ["infra-leads@example.org"],
    }),
    info: httpsUrl.meta({
      description: "Where `/` leads: the page about this service.",
      examples: ["https://github.com/kubernetes/registry.k8s.io"],
    }),
    privacy: httpsUrl.meta({
      description: "Where `/privacy` leads.",
      examples: ["https://www.linuxfoundation.org/privacy-policy/"],
    }),
  })
  .meta({ description: "Who runs the mirrors." });
