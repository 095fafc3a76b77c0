import { z } from "zod";
import { feedNames } from "../networks/feed-name";
import { pageUrlDoubt } from "../networks/url-doubt";
import { hostNameDoubt } from "./host-name-doubt";
import { metadataName } from "./metadata-names";
import { nameDoubt } from "./name-doubt";

/**
 * The one definition of `mirrors.yaml`: the types, the validation, `mirrors.schema.json` and `docs/mirrors.md` are all
 * made from it. Field names are spelt as in the file (kebab-case); `Inventory` in `inventory.ts` is what the code uses.
 *
 * Only what one value can say for itself is checked here; what several values say together is checked in `rules/`.
 */

/** A short lower-case name: a key of the inventory that becomes part of resource names and of Terraform addresses. */
const key = /^[a-z][a-z0-9-]*[a-z0-9]$/;
/** A DNS name of two labels or more (RFC 1123, section 2.1), lower case, without a final dot. */
const dnsName = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;
/** An image by digest, as `docker pull` takes it: tags move, a digest does not. */
const imageByDigest = /^[a-z0-9.-]+(:[0-9]+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)+@sha256:[a-f0-9]{64}$/;

/** A path of unreserved characters (RFC 3986, section 2.3) none of whose segments leads elsewhere (section 3.3). */
const filePath = /^(?!(.*\/)?\.{1,2}(\/|$))[A-Za-z0-9._~-]+(\/[A-Za-z0-9._~-]+)*$/;
const filePathOrNone = new RegExp(`^$|${filePath.source}`);

/** A text checked by a function with its own message; `pattern` and `maxLength` are for editors. */
function judged(doubt: (text: string) => string | undefined, pattern: RegExp, maxLength?: number) {
  const text = z.string().superRefine((value, context) => {
    const message = doubt(value);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });
  return text.meta({ pattern: pattern.source, ...(maxLength !== undefined && { maxLength }) });
}

const nameWords = "2 or more lower-case letters, digits and hyphens; begins with a letter";

function name(most?: number) {
  return judged((text) => nameDoubt(text, most), key, most);
}

function hostName(most?: number) {
  return judged((text) => hostNameDoubt(text, most), dnsName, most).meta({ title: "lower-case DNS name" });
}

/** It becomes a `Location` header. */
const httpsUrl = judged(httpsDoubt, /^https:\/\/[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]+)?([/?#].*)?$/).meta({
  title: "https URL",
});

function httpsDoubt(text: string): string | undefined {
  return text.startsWith("http://") ? "the URL is not https" : pageUrlDoubt(text)?.message;
}

const providerKey = name(20).meta({ title: "provider", examples: ["somecdn"] });
/** Which regions there are, `rules/` knows, and suggests the nearest; the pattern is for editors. */
const regionName = z.string().meta({ title: "region", pattern: "^[a-z][a-z0-9-]*$" });

/** What a host serves: OCI images, or files by path. */
export const artifactKind = z.enum(["images", "files"]).meta({
  description: "`images`: the OCI distribution API under `/v2/`. `files`: any other path.",
});

/** File systems and object stores take no longer path segments; and words of configurations are limited (nginx: 4,096). */
const longestFileName = 255;
/** Every file's name is matched against each pattern. */
const mostMetadataPatterns = 100;

const metadataPattern = z
  .string()
  .max(longestFileName)
  .regex(metadataName, "a file name with at most two * (letters, digits and . _ ~ -), as *.sig or index-*.json");

const metadata = z
  .strictObject({
    add: z
      .array(metadataPattern)
      .max(mostMetadataPatterns)
      .default([])
      .meta({
        description:
          "More names of files that untrusted mirrors must not serve on this host. A pattern matches the last segment of a path, in any letter case; it has at most two `*`, each for any characters or none.",
        examples: [["*.catalog", "rules-*.json"]],
      }),
    remove: z
      .array(metadataPattern)
      .default([])
      .meta({
        description:
          "Entries of the default list, exactly as listed there, that are ordinary files on this host. A file that another entry matches stays metadata.",
        examples: [["*.sh", "*.db"]],
      }),
  })
  .meta({
    description:
      "Which files vouch for other files, or change under one name, so that only the origin and trusted mirrors serve them. Left out: those of the [default list](#metadata-by-default).",
  });

const credits = z
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

const asnList = z.array(z.int().min(1).max(4294967294)).min(1);
/** UK, EL, EU and XK are in use, but not in ISO 3166-1: lists of ranges do not have them. */
const countryList = z.array(z.string().regex(/^(?!UK|EL|EU|XK)[A-Z]{2}$/, "an ISO 3166-1 alpha-2 code")).min(1);
const prefixList = z.array(z.string().meta({ title: "prefix" })).min(1);

/** The published lists of ranges that are known by name. */
const feedName = z.enum(feedNames);

/** May be given beside prefixes and lists of them. */
const inside = feedName.optional().meta({
  description:
    "A cloud's feed inside which this claim also holds: for a donor's own machines at AWS, for example. Agree on it with the feed's provider. Left out: an address in a cloud's own feed belongs to the provider that claims the feed, however long the prefixes here are.",
  examples: ["aws"],
});

/** One way of knowing a client's network as a provider's. */
const network = z.union([
  z
    .strictObject({
      feed: feedName.meta({
        description: "A published list of ranges with regions, known by name.",
        examples: ["aws"],
      }),
    })
    .meta({ title: "feed" }),
  z
    .strictObject({
      "cidr-list": z.string().meta({
        title: "https URL",
        description: "URL of a text with one prefix a line; `#` begins a comment.",
        examples: ["https://cdn.example.net/ranges.txt"],
      }),
      inside,
    })
    .meta({ title: "cidr-list" }),
  z
    .strictObject({
      geofeed: z.string().meta({
        title: "https URL",
        description: "URL of a geofeed (RFC 8805): prefix, country, region, city.",
        examples: ["https://cloud.example.net/geofeed.csv"],
      }),
      inside,
    })
    .meta({ title: "geofeed" }),
  z
    .strictObject({
      asn: asnList.meta({
        description: "Autonomous system numbers (RFC 6793: 32 bits, 0 and the last one are reserved).",
        examples: [[16509, 14618]],
      }),
    })
    .meta({ title: "asn" }),
  z
    .strictObject({
      country: countryList.meta({
        description: "Countries, as ISO 3166-1 alpha-2 codes; asked last.",
        examples: [["CN"]],
      }),
    })
    .meta({ title: "country" }),
  z
    .strictObject({
      prefixes: prefixList.meta({
        description: "Prefixes in CIDR notation, IPv4 or IPv6, without host bits.",
        examples: [["203.0.113.0/24", "2001:db8::/32"]],
      }),
      region: regionName.optional().meta({
        description: "The region of the provider's cloud in which these addresses are.",
        examples: ["eu-west-1"],
      }),
      inside,
    })
    .meta({ title: "prefixes" }),
]);

/** Whom a mirror is not to get, or cannot reach. */
const avoided = z.union([
  z
    .strictObject({ asn: asnList.meta({ description: "Autonomous system numbers.", examples: [[64500]] }) })
    .meta({ title: "asn" }),
  z
    .strictObject({
      country: countryList.meta({ description: "Countries, as ISO 3166-1 alpha-2 codes.", examples: [["CN"]] }),
    })
    .meta({ title: "country" }),
  z
    .strictObject({
      prefixes: prefixList.meta({
        description: "Prefixes in CIDR notation, without host bits.",
        examples: [["203.0.113.0/24"]],
      }),
    })
    .meta({ title: "prefixes" }),
]);

const avoid = z.array(avoided).default([]).meta({
  description:
    "Clients who are not sent here: those whom it must not get, and those who could not reach it. At a provider, it holds for all its mirrors. The origin remains everybody's last fallback.",
});

const presenceOf = z.enum(["complete", "asked"]);

const networks = z.array(network).optional().meta({
  description:
    "Which clients are the provider's own. A cloud's own feed comes first: inside it, only prefixes and lists of the same provider, or with `inside`, count. Then come prefixes and lists (the longest prefix wins), then ASNs, then countries. Left out: at a cloud, the cloud's own feed, unless another provider at that cloud names it; elsewhere none. `[]`: none.",
});

const state = z.enum(["active", "draining", "retired"]).default("active").meta({
  description:
    "`active` serves. `draining` serves only the clients of its own region. `retired` serves nobody, and its stores lose their protection, so that the entry can be removed afterwards, here and among the `stores` of `deployed.yaml`.",
});

const weight = z
  .int()
  .min(0)
  .max(1000)
  .default(0)
  .meta({
    description:
      "Share of the clients of no provider that this mirror takes, relative to the others' weights: less with less credit left, and less of those who are known to be more than 1,000 km away. 0: its own provider's clients only.",
    examples: [20],
  });

const mirrorFields = {
  presence: presenceOf.optional().meta({
    description: "As the provider's `presence`, for this mirror.",
  }),
  trusted: z.boolean().default(false).meta({
    description:
      "Whether the same hands write it as the origin: then it also answers manifests, tags, signatures and checksums, and with `presence: complete` lists of tags and referrers, and directories. Others answer only what a digest or a checksum vouches for.",
  }),
  avoid,
  state,
  weight,
};

const bucketName = z
  .string()
  .optional()
  .meta({
    title: "3 to 63 lower-case letters, digits and hyphens (at Azure: 3 to 24 letters and digits)",
    description:
      "The bucket's (at Azure: the storage account's) name. Left out: composed from project, provider and region; at Azure shortened, with a hash.",
    examples: ["k8s-artifacts-eu-west-2-767373"],
  });

const bucketAccess = z.enum(["cdn", "direct"]).meta({
  description:
    "`cdn`: a private bucket behind CloudFront. `direct`: the bucket answers anonymous downloads itself, which costs nothing inside its own region.",
});

const regionalFields = {
  serves: z
    .array(z.string().regex(/^[a-z][a-z0-9-]*\*?$/, "a region, or the beginning of regions followed by `*`"))
    .min(1)
    .optional()
    .meta({
      description:
        "The regions of the same cloud whose clients come here, instead of the mirror nearest to them. `europe-*` means every region that begins so. A named region outranks a pattern.",
      examples: [["ap-east-1", "ap-east-2"]],
    }),
  ...mirrorFields,
};

/** The keys of `mirrors` at a cloud: its regions. */
const regionKey = regionName.meta({ description: "The region, as the cloud spells it." });
const mirrorsDescription = "The provider's mirrors, by region.";

const primary = regionName.optional().meta({
  description:
    "The region whose bucket is copied to the provider's other buckets by the cloud itself, and where its single resources live. At the origin's provider it is the origin. Left out elsewhere: promotion fills every bucket.",
  examples: ["us-east-2"],
});

const providerFields = {
  credits: credits.optional(),
  networks,
  avoid,
  presence: presenceOf.default("asked").meta({
    description:
      "`asked`: a client is sent to a mirror once the mirror said that it has the object. `complete`: the mirrors hold everything, because the cloud itself replicates to them, and are not asked.",
  }),
};

const google = z
  .strictObject({
    cloud: z.literal("google"),
    project: z
      .string()
      .regex(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, "a Google Cloud project id (6 to 30 characters)")
      .meta({ description: "The project in which everything is made.", examples: ["k8s-artifacts-prod"] }),
    "state-bucket": z.string().optional().meta({
      title: "bucket name, 3 to 63 characters",
      description:
        "The bucket that keeps Terraform's state. Default: `<project.name>-<provider>-terraform-state` (with gcp for google).",
    }),
    primary,
    ...providerFields,
    mirrors: z
      .record(
        regionKey,
        z
          .strictObject({
            registry: z
              .strictObject({
                "immutable-tags": z.boolean().default(false).meta({
                  description:
                    "Whether Artifact Registry forbids moving and removing tags, and removing tagged images. Withdrawal, and signatures that are tags, then cannot work there. Promotion, the only writer, refuses to move tags even without it.",
                }),
              })
              .optional()
              .meta({ description: "An Artifact Registry repository in this region." }),
            bucket: z
              .strictObject({ name: bucketName })
              .optional()
              .meta({ description: "A Cloud Storage bucket in this region." }),
            ...regionalFields,
          })
          .meta({ examples: [{ bucket: {} }] }),
      )
      .meta({ description: mirrorsDescription, examples: [{ "us-central1": { bucket: {} } }] }),
  })
  .meta({ title: "google" });

const aws = z
  .strictObject({
    cloud: z.literal("aws"),
    account: z
      .string()
      .regex(/^[0-9]{12}$/, "an AWS account number of twelve digits")
      .meta({ description: "The account in which everything is made.", examples: ["123456789012"] }),
    "state-bucket": z.string().optional().meta({
      title: "bucket name, 3 to 63 characters",
      description:
        "The bucket that keeps Terraform's state. Default: `<project.name>-<provider>-terraform-state` (with gcp for google).",
    }),
    "state-region": regionName.default("us-east-1").meta({ description: "The region of `state-bucket`." }),
    primary,
    "bucket-access": bucketAccess.default("cdn").meta({
      description: "How buckets are reached that do not say it themselves: see `mirrors.<region>.bucket.access`.",
    }),
    ...providerFields,
    mirrors: z
      .record(
        regionKey,
        z
          .strictObject({
            registry: z
              .strictObject({
                repositories: z
                  .array(z.string().regex(/^[a-z0-9]+([._/-][a-z0-9]+)*$/, "a repository name"))
                  .min(1)
                  .meta({
                    description: "The images for which an ECR Public repository is made.",
                    examples: [["pause", "kube-apiserver"]],
                  }),
              })
              .optional()
              .meta({ description: "ECR Public repositories; the service is managed in us-east-1 only." }),
            bucket: z
              .strictObject({ name: bucketName, access: bucketAccess.optional() })
              .optional()
              .meta({ description: "An S3 bucket in this region." }),
            ...regionalFields,
          })
          .meta({ examples: [{ bucket: {} }] }),
      )
      .meta({ description: mirrorsDescription, examples: [{ "us-east-1": { bucket: {} } }] }),
  })
  .meta({ title: "aws" });

const azure = z
  .strictObject({
    cloud: z.literal("azure"),
    subscription: z.guid("a subscription id: 8-4-4-4-12 hexadecimal digits").meta({
      description: "The subscription in which everything is made.",
      examples: ["00000000-0000-0000-0000-000000000000"],
    }),
    "state-account": z.string().optional().meta({
      title: "3 to 24 lower-case letters and digits",
      description:
        "The storage account that keeps Terraform's state, in the resource group `<project.name>-<provider>-terraform-state`. Default: composed from project and provider, with a hash; `mirrorform synth` writes it as the stack's `backend`.",
    }),
    "registry-name": z.string().optional().meta({
      title: "5 to 50 lower-case letters and digits",
      description: "The container registry's name. Default: project and provider without hyphens, with a hash.",
    }),
    primary,
    ...providerFields,
    mirrors: z
      .record(
        regionKey,
        z
          .strictObject({
            registry: z
              .strictObject({})
              .optional()
              .meta({ description: "A replica of the provider's container registry in this region." }),
            bucket: z
              .strictObject({
                name: bucketName,
                "filled-by": z.enum(["replication", "promotion"]).default("replication").meta({
                  description:
                    "`replication`: Azure copies the primary's account to this one, and lets nobody else write to it; at most two accounts can be copies. `promotion`: your promotion fills it. Has no effect at the primary, or where there is none.",
                }),
              })
              .optional()
              .meta({ description: "A storage account in this region." }),
            ...regionalFields,
          })
          .meta({ examples: [{ bucket: {} }] }),
      )
      .meta({ description: mirrorsDescription, examples: [{ westeurope: { bucket: {} } }] }),
  })
  .meta({ title: "azure" });

const external = z
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
          "The largest share of the address space that the provider's prefixes, lists, ASNs and countries may cover, in IPv4 and in IPv6 separately. IPv6 counts as a /9, which is what IANA has given to the regional registries. 0.01 is 43 million IPv4 addresses, or 10 IPv6 prefixes of length 19.",
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
                  "Base URL of an OCI registry, to which `/v2/…` is appended. If the images have a namespace there, include it, as in `https://quay.io/v2/acme`: `pause` is then `acme/pause` there.",
                examples: ["https://registry.example.net"],
              }),
            blobs: z
              .string()
              .optional()
              .meta({
                title: "https URL with placeholders",
                description:
                  "URL of an image's blob, with `{digest}` and, where it is needed, `{name}` (the repository).",
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
                description: "Where it is. Left out: near everybody, as a CDN is.",
                examples: [{ latitude: 50.5, longitude: 12.4 }],
              }),
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

/** `mirrors.yaml` as a whole. */
export const mirrorsSchema = z
  .strictObject({
    project: z
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
      .meta({ description: "Who runs the mirrors." }),
    hosts: z
      .record(
        hostName().meta({ title: "host", examples: ["dl.example.org"], description: "A name that users type." }),
        z.strictObject({
          serves: z
            .array(artifactKind)
            .meta({ description: "What this host answers for.", examples: [["images"]], minItems: 1 }),
          paths: z
            .record(
              z
                .string()
                .max(longestFileName)
                .regex(filePath, "a path as release/v1 (letters, digits and . _ ~ -)")
                .meta({ title: "path" }),
              z
                .string()
                .max(longestFileName)
                .regex(filePathOrNone, "a path as release/v1 (letters, digits and . _ ~ -), or an empty text"),
            )
            .optional()
            .meta({
              description:
                "The paths that this host has, and where each is at the mirrors (an empty text: at their top). Of several that fit the longest counts; what fits none is not found. Left out: every path, as it is.",
              examples: [{ release: "kubernetes-release/release" }],
            }),
          "directory-index": z
            .string()
            .max(longestFileName)
            .regex(/^(?!\.{1,2}$)[A-Za-z0-9._~-]+$/, "a file name (letters, digits and . _ ~ -)")
            .optional()
            .meta({
              description:
                "The file that a path with a final slash stands for: `release/` for `release/index.html`. Left out: such a path is passed on as it is.",
              examples: ["index.html"],
            }),
          metadata: metadata.optional(),
        }),
      )
      .meta({ description: "The names that users type, and what each serves." }),
    dns: z
      .strictObject({
        // Cloud DNS: a managed zone's name has 63 characters at the most; ours is `zone-` and the domain.
        zone: hostName(58).meta({ description: "The zone in which all hosts are.", examples: ["example.org"] }),
        "published-at": z
          .array(providerKey)
          .default([])
          .meta({
            description:
              "The providers (Google or AWS) at which the zone is served. Two of them serve the same records: either may die. Left out: you write the records yourself; the outputs of the redirector's stacks say which.",
            examples: [["google", "aws"]],
          }),
        existing: z
          .record(
            providerKey,
            z.string().meta({ title: "at AWS the hosted zone's id, at Google the managed zone's name" }),
          )
          .optional()
          .meta({
            description:
              "Existing zones to use, by provider. Our records are added to them, and nothing else in them is managed. Left out: a new zone is created. Use this for the zone of a whole domain that has other records.",
            examples: [{ aws: "Z0123456789ABCDEFGHIJ", google: "example-org" }],
          }),
      })
      .meta({ description: "The DNS zone." }),
    redirector: z
      .strictObject({
        status: z
          .literal([302, 307])
          .default(307)
          .meta({ description: "The status of every redirect. Never a permanent one: clients keep those." }),
        image: z
          .string()
          .regex(imageByDigest, "an image by digest (host/name@sha256:…)")
          .optional()
          .meta({
            description:
              "The redirector's container image, by digest, as `mirrorform image --push` prints it. Without it, the redirector's stack at Google (Cloud Run) is left out. At AWS it is a Lambda built from this repository.",
            examples: [
              "us-docker.pkg.dev/k8s-artifacts-prod/mirrorform/redirector@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            ],
          }),
        canary: z
          .strictObject({
            blob: z
              .string()
              .regex(/^[a-z0-9]+([._/-]+[a-z0-9]+)*@sha256:[a-f0-9]{64}$/, "a blob as repository@sha256:…")
              .optional()
              .meta({
                description: "A blob that every mirror with blobs holds, as `repository@digest`.",
                examples: ["pause@sha256:da86e6ba6ca197bf6bc5e9d900febd906b133eaa4750e6bed647b0fbe50ed43e"],
              }),
            file: z
              .string()
              .regex(filePath, "a path as release/v1 (letters, digits and . _ ~ -)")
              .optional()
              .meta({
                description: "A file, as its path at the mirrors, that every mirror without blobs holds.",
                examples: ["release/stable.txt"],
              }),
          })
          .optional()
          .meta({
            description:
              "What every mirror is asked for regularly, to see whether it is healthy. Left out: each mirror is asked for an object that it was known to hold, and `complete` mirrors always count as healthy.",
          }),
        "runs-at": z
          .record(providerKey, z.array(regionName).meta({ minItems: 1 }))
          .default({})
          .meta({
            description:
              "The regions in which the redirector runs, by provider (Google or AWS). Left out: it runs elsewhere, on a machine of your own, and nothing is deployed for it.",
            examples: [{ google: ["us-central1"], aws: ["us-east-2"] }],
          }),
      })
      .default({ status: 307, "runs-at": {} })
      .meta({ description: "The service that sends clients to mirrors." }),
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
