import { z } from "zod";
import { httpsUrl } from "./https-url";
import { name, nameWords } from "./names";

/** `project`: who runs the mirrors. */
export const project = z
  .strictObject({
    // A Google service account's id has at most 30 characters (IAM, "Create service accounts"): `<name>-redirector`.
    name: name(19).meta({
      title: `${nameWords}; at most 19`,
      description: "The prefix of all resource names.",
      examples: ["k8s-artifacts"],
    }),
    contact: z.email("an e-mail address").meta({
      description: "The contact for the mirrors.",
      examples: ["infra-leads@example.org"],
    }),
    info: httpsUrl.meta({
      description: "The page about this service, to which `/` redirects.",
      examples: ["https://github.com/kubernetes/registry.k8s.io"],
    }),
    privacy: httpsUrl.meta({
      description: "The page that `/privacy` redirects to.",
      examples: ["https://www.linuxfoundation.org/privacy-policy/"],
    }),
  })
  .meta({ description: "The project that runs the mirrors." });
