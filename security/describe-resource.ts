/** A resource as Terraform's JSON has it. */
export interface Resource {
  readonly type: string;
  /** Its name within its type. */
  readonly name: string;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Statement {
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly Action?: string | readonly string[];
  readonly Resource?: unknown;
  readonly Condition?: unknown;
}

/** What rules may ask of a resource besides its arguments. */
export interface Described extends Readonly<Record<string, unknown>> {
  /** Such as `aws_s3_bucket.bucket-us-east-1_bucket_840C503A`. */
  readonly $address: string;
  /** The grant of a role at Google: `<type> <role>`. */
  readonly $grant: string;
  /** The statements that allow something, of all policies of AWS in the arguments, with lists of actions and resources. */
  readonly $allowed: readonly Statement[];
  /** Of these, the ones for everyone without a condition. */
  readonly $public: readonly Statement[];
  /** Of these, the ones for identities of another issuer. */
  readonly $federated: readonly Statement[];
  /** The actions that are allowed for every resource. */
  readonly $everywhere: readonly string[];
}

/** Adds to a resource's arguments what rules ask in one word. */
export function describeResource({ type, name, body }: Resource): Described {
  const allowed = Object.values(body).flatMap(allowedStatements);
  return {
    ...body,
    $address: `${type}.${name}`,
    $grant: `${type} ${body.role ?? ""}`,
    $allowed: allowed,
    $public: allowed.filter(({ Principal, Condition }) => Condition === undefined && isEveryone(Principal)),
    $federated: allowed.filter(({ Principal }) => JSON.stringify(Principal ?? "").includes('"Federated"')),
    $everywhere: allowed
      .filter(({ Resource }) => listOf(Resource).includes("*"))
      .flatMap(({ Action }) => listOf(Action) as string[]),
  };
}

function allowedStatements(value: unknown): Statement[] {
  if (typeof value !== "string" || !value.startsWith('{"Version"')) return [];
  const { Statement = [] } = JSON.parse(value) as { Statement?: Statement[] };
  return Statement.filter(({ Effect }) => Effect === "Allow").map((statement) => ({
    ...statement,
    Action: listOf(statement.Action) as string[],
    Resource: listOf(statement.Resource),
  }));
}

function isEveryone(principal: unknown): boolean {
  if (principal === "*") return true;
  return typeof principal === "object" && principal !== null && Object.values(principal).flat().includes("*");
}

function listOf(value: unknown): readonly unknown[] {
  return value === undefined ? [] : [value].flat();
}
