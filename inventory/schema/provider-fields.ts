import { z } from "zod";
import { credits } from "./credits";
import { completeAfter, presence } from "./mirror-fields";
import { regionName } from "./names";
import { avoid, networks } from "./networks";

/** `primary` of a provider at one of the three clouds. */
export const primary = regionName.optional().meta({
  description:
    "The region whose bucket is copied to the provider's other buckets by the cloud itself, and where resources that exist once per provider are created. At the origin's provider it is the origin. Default elsewhere: none, promotion fills every bucket.",
  examples: ["us-east-2"],
});

/** `state` of a provider at one of the three clouds. */
export const providerState = z.enum(["active", "retired", "emptied"]).default("active").meta({
  description:
    "How a provider leaves, in three steps. `retired`: all its mirrors are retired; apply. `emptied`: its stacks are written without resources, so that their last plans destroy everything; apply. Then remove the entry, here and in `deployed.yaml`.",
});

/** The fields of every provider. */
export const providerFields = {
  credits: credits.optional(),
  networks,
  avoid,
  presence: presence.default("asked").meta({
    description:
      "`asked`: clients are sent to a mirror once it has confirmed that it has the object. `complete`: you declare that the mirrors have everything, for example because the cloud replicates to them. They are not asked for single objects, and clients get a 404 for objects that they lack. Where the cloud copies after the fact, this needs `complete-after`.",
  }),
  "complete-after": completeAfter.meta({
    description:
      "The time within which the cloud copies an object from the primary to the other buckets. `presence: complete` needs it there, as a deliberate statement: clouds set no limit by themselves, and Google's transfer job runs every hour. Redirectors do not know when an object was promoted, so they believe it of new objects too.",
    examples: ["24h"],
  }),
};

/** `state-bucket` of a provider at Google or AWS. */
export const stateBucket = z.string().optional().meta({
  title: "bucket name, 3 to 63 characters",
  description:
    "The bucket that keeps Terraform's state, which the bootstrap stack creates. Default: `<project.name>-<provider>-terraform-state` (with gcp for google).",
});
