import { z } from "zod";

/** `credits` of a provider. */
export const credits = z
  .strictObject({
    monthly: z
      .number()
      .positive()
      .meta({
        description:
          "Credits per month, in `currency`. As `used` (in `deployed.yaml`) approaches it, the provider's mirrors get fewer unaffiliated clients, and finally none.",
        examples: [250000],
      }),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, "a three-letter ISO 4217 code")
      .meta({
        description: "The currency of `monthly`, as its ISO 4217 code.",
        examples: ["USD"],
      }),
    until: z.iso.date("a calendar date as YYYY-MM-DD").meta({
      description:
        "The last day on which the credits are valid, as YYYY-MM-DD. After that, the provider's mirrors only serve its own clients. A past date is a warning.",
      examples: ["2027-12-31"],
    }),
  })
  .meta({ description: "The provider's credits. Default: no limit." });
