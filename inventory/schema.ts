import { z } from "zod";
import { aws } from "./schema/aws";
import { azure } from "./schema/azure";
import { dns } from "./schema/dns";
import { external } from "./schema/external";
import { google } from "./schema/google";
import { hosts } from "./schema/hosts";
import { providerKey } from "./schema/names";
import { project } from "./schema/project";
import { redirector } from "./schema/redirector";

/**
 * The one definition of `mirrors.yaml`: the types, the validation, `mirrors.schema.json` and `docs/mirrors.md` are all
 * made from it. Field names are spelt as in the file (kebab-case); `Inventory` in `inventory.ts` is what the code uses.
 *
 * Only what one value can say for itself is checked here; what several values say together is checked in `rules/`.
 */
export const mirrorsSchema = z
  .strictObject({
    project,
    hosts,
    dns,
    redirector,
    origin: z
      .string()
      .regex(/^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/, "a mirror, as provider/mirror")
      .meta({
        description:
          "The mirror that is the source of truth, as `provider/mirror`. Manifests, tags, signatures and checksums come from it; it is everybody's last fallback.",
        examples: ["google/us-central1"],
      }),
    providers: z
      .record(
        providerKey.meta({ description: "A name of your choice for who donates." }),
        z.discriminatedUnion("cloud", [google, aws, azure, external]),
      )
      .meta({ description: "Who donates, by a name of your choice." }),
  })
  .meta({ title: "mirrors.yaml", description: "Who donates what and where." });

/** `mirrors.yaml` as written and checked, with the defaults filled in. */
export type Mirrors = z.infer<typeof mirrorsSchema>;
