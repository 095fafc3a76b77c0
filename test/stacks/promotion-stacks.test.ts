import { audienceOf } from "../../stores/credentials/aws/web-identity-keys";
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
    const assigned = resources("azure-storage", /^azurerm_role_assignment\./).map(
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

describe("the promoter's job", () => {
  test("runs as the promoter, by a schedule that may do nothing else, from files that nobody may write", () => {
    const [[, job] = []] = resources("google-bootstrap", /^google_cloud_run_v2_job\./);
    expect(job).toMatchObject({
      location: "us-central1",
      template: { template: { service_account: expect.stringMatching(/identity_account/), max_retries: 0 } },
    });
    const granted = resources("google-bootstrap", /^google_(cloud_run_v2_job|storage_bucket)_iam_member\./);
    expect(granted.map(([, { role }]) => role)).toEqual(["roles/run.invoker", "roles/storage.objectViewer"]);
    expect(resources("google-bootstrap", /^google_storage_bucket\./)).toEqual([
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
  const subject = "repo:example-org@123456/artifacts@456789:environment:promotion";

  test("at AWS names audience and subject exactly", () => {
    const trusting = statements("aws-bootstrap").map(([, { Condition }]) => Condition);
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
    ]);
  });

  test("at AWS wants the audiences that the promoter asks for", () => {
    const [[, { name } = {}] = []] = resources("aws-bootstrap", /^aws_iam_role\./);
    const role = `arn:aws:iam::123456789012:role/${name}`;
    const wanted = statements("aws-bootstrap").map(([, { Condition }]) => JSON.stringify(Condition));
    expect(wanted[0]).toContain(`:aud":"${audienceOf(role, "github")}"`);
    expect(wanted[1]).toContain(`:oaud":"${audienceOf(role, "google")}"`);
  });

  test("at Google names repository, subject and event", () => {
    const [[, provider] = []] = resources("google-bootstrap", /_pool_provider\./);
    expect(provider?.attribute_condition).toContain(`assertion.sub == '${subject}'`);
    expect(provider?.attribute_condition).toContain("assertion.repository_id == '456789'");
    const [[, grant] = []] = resources("google-bootstrap", /^google_service_account_iam_member\./);
    expect(grant?.member).toMatch(new RegExp(`/subject/${subject}$`));
  });

  test("at Azure names issuer and subject", () => {
    const trusted = resources("azure-bootstrap", /^azurerm_federated_identity_credential\./);
    expect(trusted.map(([, { issuer, subject }]) => [issuer, subject])).toEqual([
      ["https://token.actions.githubusercontent.com", subject],
      ["https://accounts.google.com", "104892101782432103941"],
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
  expect(Object.keys(rest).filter((name) => /bootstrap|staging/.test(name))).toEqual([]);
  for (const { text } of Object.values(rest)) expect(text).not.toContain("promoter");
});
