import { z } from "zod";

/** `credits` of a provider. */
export const credits = z
  .strictObject({
    monthly: z
      .number()
      .positive()
      .meta({
        description:
          "Credits a month, in `currency`. As what was `used` (in `deployed.yaml`) comes near it, the provider's mirrors get fewer unaffiliated clients, and finally none.",
        examples: [250000],
      }),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, "a three-letter ISO 4217 code")
      .meta({
        description: "The currency of `monthly`, as its ISO 4217 code.",
        examples: ["USD"],
      }),
    until: z.iso.date("a date of the calendar, as YYYY-MM-DD").meta({
      description:
        "The last day on which credits are given, as YYYY-MM-DD. After it the provider's mirrors take only its own clients. A day in the past is a warning.",
      examples: ["2027-12-31"],
    }),
  })
  .meta({ description: "What the provider gives. Left out: no limit." });
