import { TerraformStack, Testing } from "cdktf";
import { AwsRoutingTable } from "../../constructs/routing-table/aws";
import { usualIdentities } from "../../promotion/targets/usual-identities";
import { audienceOf } from "../../stores/credentials/aws/web-identity-keys";
import { federatedToken } from "../../stores/credentials/azure/federated-token";
import { fixture, inventoryOf } from "../routing/tables";
import { readable } from "./readable";
import type { StackJson } from "./stacks";
import { addresses, synthesizedStacks } from "./stacks";

const text = fixture("promotion");
const facts = { google: { promoter: { account: "104892101782432103941" } } };
const stacks = synthesizedStacks(inventoryOf(text), facts);

const layers = /-(bootstrap|storage|staging)$/;

test.each(Object.entries(stacks).filter(([name]) => layers.test(name)))("%s", (_, stack) => {
  expect(readable(stack)).toMatchSnapshot();
});

type Body = Readonly<Record<string, unknown>>;

/** The resources of a stack whose address matches, by address. */
function resources(name: string, pattern: RegExp, of = stacks): [string, Body][] {
  const stack = of[name];
  if (stack === undefined) throw new Error(`there is no stack ${name}`);
  return [...addresses(stack)].filter(([address]) => pattern.test(address)) as [string, Body][];
}

interface Statement {
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: unknown;
}

/** The statements of every policy in a stack at AWS, with the addresses of their resources. */
function statements(name: string): [string, Statement][] {
  return resources(name, /^aws_/).flatMap(([address, body]) =>
    [body.policy, body.assume_role_policy]
      .filter((policy): policy is string => typeof policy === "string" && policy.includes("Statement"))
      .flatMap((policy) =>
        (JSON.parse(policy).Statement as Statement[]).map((each): [string, Statement] => [address, each]),
      ),
  );
}

const listOf = (words: string | readonly string[] = []) => [words].flat();
const ofAws = ["aws-bootstrap", "aws-storage", "aws-staging"];

describe("nothing in staging is public", () => {
  test("at Google", () => {
    const granted = resources("google-staging", /_iam_member\./).map(([, { member }]) => member);
    expect([...new Set(granted)].sort()).toEqual([
      "group:k8s-release@example.org",
      "serviceAccount:artifacts-google-planner@artifacts-example.iam.gserviceaccount.com",
      "serviceAccount:artifacts-google-promoter@artifacts-example.iam.gserviceaccount.com",
      "serviceAccount:build@k8s-release.iam.gserviceaccount.com",
    ]);
    expect(resources("google-staging", /^google_storage_bucket\./)).toEqual([
      [expect.anything(), expect.objectContaining({ public_access_prevention: "enforced" })],
    ]);
  });

  test("at AWS", () => {
    const allowed = statements("aws-staging").filter(([, { Effect, Principal }]) => Effect === "Allow" && Principal);
    for (const [, { Principal }] of allowed) {
      expect(Principal).toEqual({ AWS: ["arn:aws:iam::123456789012:role/etcd-release"] });
    }
    expect(allowed).toHaveLength(3);
    expect(resources("aws-staging", /^aws_s3_bucket_public_access_block\./)).toEqual([
      [
        expect.anything(),
        expect.objectContaining({
          block_public_acls: true,
          block_public_policy: true,
          ignore_public_acls: true,
          restrict_public_buckets: true,
        }),
      ],
    ]);
    expect(resources("aws-staging", /^aws_ecrpublic/)).toEqual([]);
  });

  test("at Azure", () => {
    const one = (type: string) => resources("azure-staging", new RegExp(`^${type}\\.`))[0]?.[1];
    expect(one("azurerm_container_registry")).toMatchObject({ anonymous_pull_enabled: false, admin_enabled: false });
    expect(one("azurerm_storage_account")).toMatchObject({
      allow_nested_items_to_be_public: false,
      shared_access_key_enabled: false,
      https_traffic_only_enabled: true,
    });
    expect(one("azurerm_storage_container")).toMatchObject({ container_access_type: "private" });
  });
});

describe("the promoter", () => {
  /** The roles that a storage stack at Google grants the promoter, by the key of the mirror. */
  const rolesAt = (mirror: string, of = stacks) =>
    resources("google-storage", new RegExp(`_iam_member\\.promoter-${mirror}_`), of)
      .map(([, { role, condition }]) => (condition === undefined ? role : `${role}, on a condition`))
      .sort();

  test("deletes at Google only with withdrawal, and replaces only names that may change", () => {
    expect(rolesAt("us-central1")).toEqual(["roles/artifactregistry.repoAdmin", "roles/storage.objectUser"]);
    const without = synthesizedStacks(inventoryOf(text.replace(", withdrawal: true }", " }")), facts);
    expect(rolesAt("us-central1", without)).toEqual([
      "roles/artifactregistry.writer",
      "roles/storage.objectCreator",
      // Two names that may change, and the indexes for donors.
      "roles/storage.objectUser, on a condition",
      "roles/storage.objectUser, on a condition",
      "roles/storage.objectUser, on a condition",
      "roles/storage.objectViewer",
    ]);
  });

  test("writes to no bucket that Google copies, and to no retired mirror", () => {
    expect(rolesAt("europe-west1")).toEqual(["roles/artifactregistry.writer", "roles/storage.objectViewer"]);
    expect(rolesAt("asia-east1")).toEqual([]);
  });

  test("deletes nothing at AWS without withdrawal, and writes nothing that S3 copies", () => {
    const actions = statements("aws-storage")
      .filter(([address]) => address.includes(".promoter-"))
      .map(([address, { Action }]) => [address.replace(/_[0-9A-F]{8}$/, "").split(".")[1], listOf(Action)] as const);
    expect(Object.fromEntries(actions)).toMatchObject({
      "promoter-us-east-1_bucket": ["s3:GetObject", "s3:ListBucket", "s3:PutObject", "s3:AbortMultipartUpload"],
      "promoter-eu-west-1_bucket": ["s3:GetObject", "s3:ListBucket"],
    });
    expect(actions.flatMap(([, each]) => each).filter((action) => /delete/i.test(action))).toEqual([]);
  });

  test("deletes at AWS with withdrawal", () => {
    const withdrawn = inventoryOf(
      text.replace("eu-west-1: { bucket: {} }", "eu-west-1: { bucket: {}, withdrawal: true }"),
    );
    const { json } = synthesizedStacks(withdrawn, facts)["aws-storage"] ?? { json: {} as StackJson };
    const policies = Object.values(json.resource?.aws_iam_role_policy ?? {}) as Body[];
    const [policy] = policies.filter(({ name }) => name === "promote-bucket-eu-west-1").map(({ policy }) => policy);
    expect(JSON.parse(String(policy)).Statement[0].Action).toEqual([
      "s3:GetObject",
      "s3:ListBucket",
      "s3:DeleteObject",
    ]);
  });

  test("has no right to delete at Azure without withdrawal", () => {
    const assigned = resources("azure-storage", /^azurerm_role_assignment\.promoter_/).map(
      ([, { role_definition_name }]) => role_definition_name,
    );
    expect(assigned.sort()).toEqual(["AcrPush", "Storage Blob Data Reader", undefined, undefined]);
    const [[, writer] = []] = resources("azure-storage", /^azurerm_role_definition\./);
    expect(JSON.stringify(writer?.permissions)).not.toMatch(/delete|move/);
  });

  test("keeps objects of its own beside the routing table, and cannot write the table", () => {
    const [[, grant] = []] = resources("google-redirector", /_iam_member\.routing-table_promoter/);
    expect(grant).toMatchObject({
      role: "roles/storage.objectUser",
      condition: {
        expression: 'resource.name.startsWith("projects/_/buckets/artifacts-gcp-routing-table/objects/promotion/")',
      },
    });
  });

  test("leaves an overlay where the redirectors of Google find a directory, and those of AWS may read it", () => {
    const [[, directory] = []] = resources("google-redirector", /_object\.routing-table_directory/);
    expect(directory).toMatchObject({ name: "promotion/" });
    const bucket = "s3:::artifacts-aws-routing-table";
    const routingTable = new AwsRoutingTable(new TerraformStack(Testing.app(), "trial"), "table", {
      bucket: "artifacts-aws-routing-table",
      region: "us-east-2",
      table: { path: __filename, sha256: "0".repeat(64) },
      promoter: "artifacts-promoter",
    });
    expect(routingTable.objectArns).toEqual([
      `arn:aws:${bucket}/routing.table`,
      `arn:aws:${bucket}/promotion/overlay.*`,
    ]);
  });

  test("reads staging, and nothing else there", () => {
    expect(
      resources("google-staging", /_iam_member\..*-promoter_/)
        .map(([, { role }]) => role)
        .sort(),
    ).toEqual(["roles/artifactregistry.reader", "roles/storage.objectViewer"]);
    expect(
      statements("aws-staging")
        .filter(([address]) => address.includes("_promoter_"))
        .flatMap(([, { Action }]) => listOf(Action))
        .filter((action) => !/^(s3|ecr):(Get|List|Batch(Get|Check)|Describe)/.test(action)),
    ).toEqual([]);
    expect(
      resources("azure-staging", /^azurerm_role_assignment\..*-promoter_/)
        .map(([, { role_definition_name }]) => role_definition_name)
        .sort(),
    ).toEqual(["AcrPull", "Storage Blob Data Reader"]);
  });
});

/** What everything grants the planner: actions at AWS, roles elsewhere. */
function plannerGrants(of = stacks): string[] {
  const names = Object.keys(of);
  const found = (pattern: RegExp) => names.flatMap((name) => resources(name, pattern, of));
  const isPlanner = (value: unknown) => JSON.stringify(value).includes("planner");
  const actions = found(/^aws_iam_role_policy\./)
    .filter(([, { role }]) => isPlanner(role))
    .flatMap(([, { policy }]) => JSON.parse(String(policy)).Statement as Statement[])
    .flatMap(({ Effect, Action }) => (Effect === "Allow" ? listOf(Action) : []));
  const google = found(/^google_.*_iam_(member|binding)\./).filter(
    ([address, { member }]) => isPlanner(member) || /[._-]planner/.test(address),
  );
  const azure = found(/^azurerm_role_assignment\./).filter(
    ([address, { principal_id }]) => isPlanner(principal_id) || /[._-]planner/.test(address),
  );
  const roles = [
    ...google.map(([, { role }]) => role),
    ...azure.map(([, each]) => each.role_definition_name ?? "a role of our own"),
  ];
  return [...new Set([...actions, ...roles.map(String)])].sort();
}

describe("the planner", () => {
  const withdrawn = text
    .replaceAll(/(: \{ (?:registry|bucket): [^\n]*\{\})( \})/g, "$1, withdrawal: true$2")
    .replace(", withdrawal: true, withdrawal: true", ", withdrawal: true");

  test.each([
    ["as it is", text],
    ["with withdrawal at mirrors", withdrawn],
    ["with every name mutable", text.replace("mutable: [", 'mutable: ["*.txt", "*/*:latest", ')],
  ])("has no right to write, whatever the promoter has: an inventory %s", (_, inventory) => {
    const granted = plannerGrants(synthesizedStacks(inventoryOf(inventory), facts));
    expect(granted).toEqual([
      "AcrPull",
      "Storage Blob Data Reader",
      "ecr-public:DescribeImages",
      "ecr-public:GetAuthorizationToken",
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:DescribeImages",
      "ecr:GetAuthorizationToken",
      "ecr:GetDownloadUrlForLayer",
      "ecr:ListImages",
      "roles/artifactregistry.reader",
      "roles/storage.objectViewer",
      "s3:GetObject",
      "s3:ListBucket",
      "sts:GetServiceBearerToken",
    ]);
  });

  test("withdrawal was on in the second inventory", () => {
    expect(withdrawn.match(/withdrawal: true/g)?.length).toBeGreaterThan(5);
  });

  test("reads staging and mirrors, and nothing else: no routing table, no job, no state", () => {
    const layersOf = Object.entries(stacks).filter(([, { text }]) => text.includes("-planner"));
    expect(layersOf.map(([name]) => name).sort()).toEqual(
      ["aws", "azure", "google"].flatMap((key) =>
        ["bootstrap", "staging", "storage"].map((layer) => `${key}-${layer}`),
      ),
    );
  });

  test("is not there unless the inventory says so", () => {
    const without = synthesizedStacks(inventoryOf(text.replace(", plans-read-staging: true", "")), facts);
    for (const { text } of Object.values(without)) expect(text).not.toMatch(/planner|pull_request/);
  });
});

describe("the promoter's job", () => {
  test("runs as the promoter, by a schedule that may do nothing else, from files that nobody may write", () => {
    const [[, job] = []] = resources("google-bootstrap", /^google_cloud_run_v2_job\./);
    expect(job).toMatchObject({
      location: "us-central1",
      template: { template: { service_account: expect.stringMatching(/identity_account/), max_retries: 0 } },
    });
    const granted = resources("google-bootstrap", /^google_(cloud_run_v2_job|storage_bucket)_iam_member\./);
    // Of the promotion and of the audit.
    const invoker = "roles/run.invoker";
    expect(granted.map(([, { role }]) => role)).toEqual([invoker, invoker, "roles/storage.objectViewer"]);
    expect(resources("google-bootstrap", /^google_storage_bucket\.job_/)).toEqual([
      [expect.anything(), expect.objectContaining({ public_access_prevention: "enforced" })],
    ]);
  });

  test("waits for its image", () => {
    const without = inventoryOf(text.replace(/\n {6}image: us-docker.*promoter@.*/, ""));
    const { json } = synthesizedStacks(without, facts)["google-bootstrap"] ?? { json: {} as StackJson };
    expect(json.resource).not.toHaveProperty("google_cloud_run_v2_job");
    expect(json.resource).toHaveProperty("google_service_account");
  });
});

describe("trust", () => {
  const trustStatements = () =>
    statements("aws-bootstrap").flatMap(([address, statement]) => (/^aws_iam_role\./.test(address) ? [statement] : []));

  const subject = "repo:example-org@123456/artifacts@456789:environment:promotion";

  const planSubject = "repo:example-org@123456/artifacts@456789:pull_request";

  test("at AWS names audience and subject exactly", () => {
    const trusting = trustStatements().map(({ Condition }) => Condition);
    expect(trusting).toEqual([
      {
        StringEquals: {
          "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
          "token.actions.githubusercontent.com:sub": subject,
        },
      },
      {
        StringEquals: {
          "accounts.google.com:aud": "104892101782432103941",
          "accounts.google.com:oaud": "artifacts-aws-promoter",
          "accounts.google.com:sub": "104892101782432103941",
        },
      },
      {
        StringEquals: {
          "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
          "token.actions.githubusercontent.com:sub": planSubject,
        },
      },
    ]);
  });

  test("of the promoter does not include pull requests, nor that of the planner anything else", () => {
    const [promoter, planner] = resources("aws-bootstrap", /^aws_iam_role\./).map(([, each]) =>
      JSON.stringify(each.assume_role_policy),
    );
    expect(promoter).not.toContain("pull_request");
    expect(planner).not.toContain(subject);
    const members = resources("google-bootstrap", /^google_service_account_iam_member\./).map(
      ([, each]) => each.member,
    );
    expect(members.map((member) => String(member).replace(/\$\{[^}]*\}/, "POOL"))).toEqual([
      `principal://iam.googleapis.com/POOL/subject/${subject}`,
      `principal://iam.googleapis.com/POOL/subject/${planSubject}`,
    ]);
    expect(new Set(members.map((member) => /\$\{[^}]*\}/.exec(String(member))?.[0])).size).toBe(2);
    const conditionOf = (pool: string) =>
      resources("google-bootstrap", new RegExp(`_pool_provider\\.${pool}_`))[0]?.[1].attribute_condition;
    expect(conditionOf("github")).not.toContain("pull_request");
    expect(conditionOf("github-plans")).toContain("assertion.event_name in ['pull_request']");
    expect(conditionOf("github-plans")).not.toContain(subject);
  });

  test("at AWS wants the audiences that the promoter asks for", () => {
    const [[, { name } = {}] = []] = resources("aws-bootstrap", /^aws_iam_role\./);
    const role = `arn:aws:iam::123456789012:role/${name}`;
    const wanted = trustStatements().map(({ Condition }) => JSON.stringify(Condition));
    expect(wanted[0]).toContain(`:aud":"${audienceOf(role, "github")}"`);
    expect(wanted[1]).toContain(`:oaud":"${audienceOf(role, "google")}"`);
  });

  test.each(["promoter", "planner"] as const)("at AWS is in the role that the %s asks for", (role) => {
    const inventory = inventoryOf(text);
    const aws = inventory.providers.find(({ key }) => key === "aws");
    if (aws === undefined) throw new Error("there is no provider aws");
    const { awsRole } = usualIdentities(inventory, {}, aws, role);
    const created = resources("aws-bootstrap", /^aws_iam_role\./).map(
      ([, { name }]) => `arn:aws:iam::123456789012:role/${name}`,
    );
    expect(created).toHaveLength(2);
    expect(created).toContain(awsRole);
  });

  test("at Azure wants the audience that the program asks for", async () => {
    const asked: string[] = [];
    const getToken = async (audience: string) => {
      asked.push(audience);
      throw new Error("no token");
    };
    const identity = { issuer: "github", getToken } as const;
    const token = federatedToken({ tenant: "t", client: "c", resource: "https://r", identity, environment: {} });
    await expect(token()).rejects.toThrow("no token");
    const wanted = resources("azure-bootstrap", /^azurerm_federated_identity_credential\./).map(
      ([, each]) => each.audience,
    );
    expect(wanted).toEqual([asked, asked, asked]);
  });

  test("at Google names repository, subject and event", () => {
    const [[, provider] = []] = resources("google-bootstrap", /_pool_provider\.github_/);
    expect(provider?.attribute_condition).toContain(`assertion.sub == '${subject}'`);
    expect(provider?.attribute_condition).toContain("assertion.repository_id == '456789'");
    const [[, grant] = []] = resources("google-bootstrap", /^google_service_account_iam_member\.identity_/);
    expect(grant?.member).toMatch(new RegExp(`/subject/${subject}$`));
  });

  test("at Azure names issuer and subject", () => {
    const trusted = resources("azure-bootstrap", /^azurerm_federated_identity_credential\./);
    expect(trusted.map(([, { issuer, subject }]) => [issuer, subject])).toEqual([
      ["https://token.actions.githubusercontent.com", subject],
      ["https://accounts.google.com", "104892101782432103941"],
      ["https://token.actions.githubusercontent.com", planSubject],
    ]);
  });

  test("is in nobody at AWS while Google's account is unknown", () => {
    const onlyCloudRun = text.replace(/\n {4}github: .*/, "");
    const { json } = synthesizedStacks(inventoryOf(onlyCloudRun), {})["aws-bootstrap"] ?? { json: {} as StackJson };
    const [role] = Object.values(json.resource?.aws_iam_role ?? {}) as Body[];
    expect(JSON.parse(String(role?.assume_role_policy)).Statement).toEqual([
      { Effect: "Deny", Principal: "*", Action: "sts:AssumeRoleWithWebIdentity" },
    ]);
  });
});

describe("wildcards", () => {
  test("stand for a principal only where access is denied, or a mirror is public", () => {
    const open = [...ofAws]
      .flatMap(statements)
      .filter(([, { Effect, Principal }]) => Principal === "*" && Effect === "Allow");
    expect(open.map(([address]) => address)).toEqual([]);
    const members = ["google-bootstrap", "google-staging"].flatMap((name) =>
      resources(name, /_iam_member\./).map(([, { member }]) => String(member)),
    );
    expect(members.filter((member) => /^all|\*/.test(member))).toEqual([]);
  });

  test("stand for an action only where access is denied", () => {
    const wild = ofAws
      .flatMap(statements)
      .filter(([, { Effect, Action }]) => Effect === "Allow" && listOf(Action).some((action) => action.includes("*")));
    expect(wild).toEqual([]);
  });

  test("stand for every resource only for signing in to a registry", () => {
    const wild = ofAws
      .flatMap(statements)
      .filter(([, { Effect, Resource }]) => Effect === "Allow" && listOf(Resource).includes("*"));
    expect([...new Set(wild.flatMap(([, { Action }]) => listOf(Action)))].sort()).toEqual([
      "ecr-public:GetAuthorizationToken",
      "ecr:GetAuthorizationToken",
      "sts:GetServiceBearerToken",
    ]);
  });
});

test("without promotion there is no identity, no staging, and no grant", () => {
  const without = text.replace(/\nstaging:[\s\S]*?(?=\nproviders:)/, "");
  const rest = synthesizedStacks(inventoryOf(without), facts);
  expect(Object.keys(rest).filter((name) => name.includes("staging"))).toEqual([]);
  for (const { text } of Object.values(rest)) expect(text).not.toContain("promoter");
});
