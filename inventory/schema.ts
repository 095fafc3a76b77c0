import { z } from "zod";
import { aws } from "./schema/aws";
import { azure } from "./schema/azure";
import { dns } from "./schema/dns";
import { external } from "./schema/external";
import { google } from "./schema/google";
import { hosts } from "./schema/hosts";
import { infrastructure } from "./schema/infrastructure";
import { mirrorName, providerKey } from "./schema/names";
import { project } from "./schema/project";
import { promotion } from "./schema/promotion";
import { redirector } from "./schema/redirector";
import { staging } from "./schema/staging";

/**
 * The single definition of `mirrors.yaml`, from which types, validation, `mirrors.schema.json` and `docs/mirrors.md` are
 * generated. Field names are as in the file (kebab-case); the code uses `Inventory` of `inventory.ts`.
 *
 * Single values are checked here; combinations are checked in `rules/`.
 */
export const mirrorsSchema = z
  .strictObject({
    project,
    hosts,
    dns,
    redirector,
    origin: mirrorName.meta({
      description:
        "The mirror that is the source of truth, as `provider/mirror`. Manifests, tags, signatures and checksums come from it; it is the last fallback for all clients.",
      examples: ["google/us-central1"],
    }),
    staging,
    promotion: promotion.optional(),
    infrastructure: infrastructure.optional(),
    providers: z
      .record(
        providerKey.meta({ description: "A name of your choice for the provider." }),
        z.discriminatedUnion("cloud", [google, aws, azure, external]),
      )
      .meta({ description: "The donors, by a name of your choice." }),
  })
  .meta({ title: "mirrors.yaml", description: "The project's hosts, providers and mirrors." });

/** `mirrors.yaml` as written and checked, with the defaults filled in. */
export type Mirrors = z.infer<typeof mirrorsSchema>;
