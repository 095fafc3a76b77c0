import { z } from "zod";
import { mirrorFields } from "./mirror-fields";
import { name } from "./names";
import { providerFields } from "./provider-fields";
import { push } from "./push";

/** A provider at none of the three clouds. */
export const external = z
  .strictObject({
    cloud: z.literal("external"),
    ...providerFields,
    "at-most": z
      .number()
      .positive()
      .max(1)
      .default(0.01)
      .meta({
        description:
          "The largest share of the address space that the provider's prefixes, lists, ASNs and countries may cover, in IPv4 and in IPv6 separately. IPv6 is measured against a /9, the space that IANA has allocated to the regional registries. 0.01 is 43 million IPv4 addresses, or 10 IPv6 prefixes of length 19.",
        examples: [0.02],
      }),
    mirrors: z
      .record(
        name().meta({ title: "mirror", description: "A name of your choice.", examples: ["everywhere"] }),
        z
          .strictObject({
            registry: z
              .string()
              .optional()
              .meta({
                title: "https URL",
                description:
                  "Base URL of an OCI registry, to which `/v2/…` is appended. If the images have a namespace there, include it: with `https://quay.io/v2/acme`, a request for `pause` goes to `acme/pause`.",
                examples: ["https://registry.example.net"],
              }),
            blobs: z
              .string()
              .optional()
              .meta({
                title: "https URL with placeholders",
                description: "URL of an image's blob, with `{digest}` and optionally `{name}` (the repository).",
                examples: ["https://cdn.example.net/k8s/{digest}"],
              }),
            files: z
              .string()
              .optional()
              .meta({
                title: "https URL with placeholders",
                description: "URL of a file, with `{path}` (without a leading slash).",
                examples: ["https://cdn.example.net/files/{path}"],
              }),
            place: z
              .strictObject({
                latitude: z
                  .number()
                  .min(-90)
                  .max(90)
                  .meta({ description: "Degrees north.", examples: [50.5] }),
                longitude: z
                  .number()
                  .min(-180)
                  .max(180)
                  .meta({ description: "Degrees east.", examples: [12.4] }),
              })
              .optional()
              .meta({
                description: "The mirror's location. Default: close to all clients, like a CDN.",
                examples: [{ latitude: 50.5, longitude: 12.4 }],
              }),
            "filled-by": z.enum(["push", "donor"]).optional().meta({
              description:
                "`push`: the promotion writes to the mirror (see `push`). `donor`: the mirror's operator copies from the index of objects that the promotion publishes. The promotion verifies both. Default: it ignores the mirror, for example a CDN that fetches from the origin.",
            }),
            push: push.optional(),
            ...mirrorFields,
          })
          .meta({ examples: [{ files: "https://cdn.example.net/files/{path}" }] }),
      )
      .meta({
        description: "The provider's mirrors, by a name of your choice.",
        examples: [{ everywhere: { files: "https://cdn.example.net/files/{path}" } }],
      }),
  })
  .meta({ title: "external" });
