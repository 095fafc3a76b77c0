import { z } from "zod";
import { parseHost } from "../networks/cidr";
import { findSpecialPurpose, isPublicAddress } from "../networks/special-purpose";

/**
 * The single definition of `deployed.yaml`, from which validation and `docs/deployed.md` are generated. Its values become DNS
 * records and the hosts of redirects, so each must have its cloud's form. `readDeployedFacts` checks them against
 * the inventory.
 */

const label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

/** A provider, a region or a host of the inventory; compared with the inventory later. */
const keySchema = (title: string) =>
  z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,252}$/, "a key of the inventory")
    .meta({ title });

/** A public address, or one for documentation (RFC 5737, RFC 3849), as in the shipped file. */
function isUsable(text: string): boolean {
  const host = parseHost(text);
  return isPublicAddress(text) || (host !== undefined && findSpecialPurpose(host)?.purpose === "documentation");
}

const notPublic = { error: ({ input }: { readonly input?: unknown }) => `${input} is not a public address` };

const requireUnique = (items: readonly string[], context: z.RefinementCtx): void => {
  items.forEach((item, index) => {
    if (items.indexOf(item) < index)
      context.addIssue({ code: "custom", message: `${item} is already in this list`, path: [index] });
  });
};

const regionsSchema = (what: string) =>
  z
    .array(keySchema("region"))
    .superRefine(requireUnique)
    .optional()
    .meta({ description: `The regions whose ${what} is deployed and filled.`, examples: [["eu-west-1", "us-east-2"]] });

const client = z
  .guid("a client id: 8-4-4-4-12 hexadecimal digits")
  .optional()
  .meta({ description: "At Azure: its client id.", examples: ["11111111-1111-1111-1111-111111111111"] });

const tenant = z
  .guid("a tenant's id: 8-4-4-4-12 hexadecimal digits")
  .optional()
  .meta({ description: "At Azure: its tenant's id.", examples: ["22222222-2222-2222-2222-222222222222"] });

const deployment = z
  .strictObject({
    project: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,62}$/, "the project's name, as in mirrors.yaml")
      .optional()
      .meta({ description: "The project's name. From the storage stack.", examples: ["k8s-artifacts"] }),
    account: z
      .string()
      .regex(/^[a-z0-9][a-z0-9:.-]{3,62}$/i, "an AWS account, a Google project or an Azure subscription, in quotes")
      .optional()
      .meta({
        description: "The AWS account, Google project or Azure subscription. From the storage stack.",
        examples: ["123456789012"],
      }),
    state: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{1,221}$/, "the name of a bucket or a storage account")
      .optional()
      .meta({
        description: "The bucket of Terraform's state, at Azure the storage account. From the storage stack.",
        examples: ["k8s-artifacts-aws-terraform-state"],
      }),
    zone: z
      .string()
      .regex(new RegExp(`^(?=.{4,253}$)${label}(\\.${label})+$`), "a DNS zone")
      .optional()
      .meta({ description: "The zone that the provider publishes. From the DNS stack.", examples: ["example.org"] }),
  })
  .optional()
  .meta({
    description:
      "What the provider's resources were deployed with: none of it can change in place. If `mirrors.yaml` says something else, `validate` says how to migrate. From the output `deployment` of the storage and DNS stacks.",
  });

const provider = z.strictObject({
  deployment,
  stores: z
    .strictObject({ bucket: regionsSchema("bucket"), registry: regionsSchema("registry") })
    .optional()
    .meta({
      description:
        "The stores that are deployed and filled, by kind. Clients are not sent to any other store of a cloud, and a mirror with one of these must be `state: retired` before it is removed from `mirrors.yaml`. From the storage stack's output `stores`.",
    }),
  distributions: z
    .record(
      keySchema("region"),
      z
        .string()
        .regex(
          /^[a-z0-9]{1,32}\.cloudfront\.net$/,
          "the name of a CloudFront distribution, such as d111111abcdef8.cloudfront.net",
        ),
    )
    .optional()
    .meta({
      description:
        "At AWS: the host names of CloudFront distributions, by the region of the bucket behind them; only for buckets with `access: cdn`. From the storage stack's output `distributions`.",
      examples: [{ "us-east-2": "d111111abcdef8.cloudfront.net" }],
    }),
  alias: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{1,49}$/, "the alias of a public registry, such as a1b2c3d4")
    .optional()
    .meta({
      description:
        "At AWS: the alias of the account's public registry, whose repositories are at `public.ecr.aws/ALIAS`. Promotion writes there. From the storage stack's output `alias`.",
      examples: ["a1b2c3d4"],
    }),
  addresses: z
    .strictObject({
      ipv4: z
        .ipv4({ error: "an IPv4 address", abort: true })
        .refine(isUsable, notPublic)
        .meta({
          description: "The load balancer's public IPv4 address.",
          examples: ["192.0.2.10"],
        }),
      ipv6: z
        .ipv6({ error: "an IPv6 address", abort: true })
        .refine(isUsable, notPublic)
        .meta({
          description: "The load balancer's public IPv6 address.",
          examples: ["2001:db8::10"],
        }),
    })
    .optional()
    .meta({
      description:
        "At Google: the addresses of the redirector's load balancer. From the redirector stack's output `addresses`.",
    }),
  targets: z
    .record(
      keySchema("region"),
      z.record(
        keySchema("host"),
        z
          .string()
          .regex(
            /^d-[a-z0-9]{1,32}\.execute-api\.[a-z0-9-]{1,32}\.amazonaws\.com$/,
            "the regional name of an API, such as d-a1b2c3d4e5.execute-api.us-east-2.amazonaws.com",
          ),
      ),
    )
    .optional()
    .meta({
      description:
        "At AWS: the regional names of the redirector's API, by region and host. From the redirector stack's output `targets`.",
      examples: [{ "us-east-2": { "registry.example.org": "d-a1b2c3d4e5.execute-api.us-east-2.amazonaws.com" } }],
    }),
  validations: z
    .record(
      keySchema("host"),
      z.strictObject({
        name: z
          .string()
          .regex(
            new RegExp(`^(?=.{4,253}$)_[a-z0-9_-]{1,62}(\\.${label})+$`),
            "a name that begins with _ and ends with the host",
          )
          .meta({
            description: "The record's full name, without a final dot: a label that begins with `_`, then the host.",
            examples: ["_acme-challenge.registry.example.org"],
          }),
        value: z
          .string()
          .regex(
            /^(?=.{4,253}$)([a-z0-9_][a-z0-9_-]{0,62}\.)+(acm-validations\.aws|authorize\.certificatemanager\.goog)$/,
            "a name below acm-validations.aws or authorize.certificatemanager.goog",
          )
          .meta({
            description: "The record's target, without a final dot: a name of the provider's certificate authority.",
            examples: ["_d1.acm-validations.aws"],
          }),
      }),
    )
    .optional()
    .meta({
      description:
        "The CNAME records that prove to certificate authorities that the hosts are ours, by host. From the redirector stack's output `validations`.",
    }),
  promoter: z
    .strictObject({
      account: z
        .string()
        .regex(/^[0-9]{6,30}$/, "the number of a service account, in quotes")
        .optional()
        .meta({
          description: "At Google: the number of its service account. AWS and Azure trust it if it runs in Cloud Run.",
          examples: ["104892101782432103941"],
        }),
      client,
      tenant,
    })
    .optional()
    .meta({
      description: "At Google and Azure: the identity that promotes. From the bootstrap stack's output `promoter`.",
    }),
  planner: z.strictObject({ client, tenant }).optional().meta({
    description:
      "At Azure: the identity that reads for plans of pull requests. From the bootstrap stack's output `planner`.",
  }),
  used: z
    .strictObject({
      month: z
        .string()
        .regex(/^[0-9]{4}-(0[1-9]|1[0-2])$/, "a month as YYYY-MM")
        .meta({ description: "The month, in UTC.", examples: ["2026-11"] }),
      amount: z
        .number()
        .min(0)
        .max(1e15)
        .meta({ description: "The amount, in the currency of the credits.", examples: [175000.5] }),
    })
    .optional()
    .meta({
      description:
        "The provider's credits used in a month. Once they reach the monthly amount, the provider's mirrors serve only its own clients until the month ends. From the provider's billing page, maintained by hand: no stack reports it. A past month has no effect.",
    }),
});

/** `deployed.yaml` as a whole: `DeployedFacts` with validated addresses and names. */
export const deployedFactsSchema = z.record(keySchema("provider"), provider).meta({ title: "deployed.yaml" });

/** The facts that are stack outputs, by the output's name. */
export const factOutputs = [
  "addresses",
  "alias",
  "deployment",
  "distributions",
  "planner",
  "promoter",
  "stores",
  "targets",
  "validations",
] as const;
