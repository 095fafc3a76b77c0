import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { AssetType, type ITerraformDependable, TerraformAsset } from "cdktf";
import type { Construct } from "constructs";
import { Capability } from "../capability";
import type { AwsRoutingTable } from "../routing-table/aws";

/** Properties of `AwsRedirector`. */
export interface AwsRedirectorProps {
  /** The name of the functions and their logs. The roles, which are global, are called `<name>-<region>`. */
  readonly name: string;
  /** The regions in which it runs, at least one, sorted. */
  readonly regions: readonly string[];
  /** The account number. */
  readonly account: string;
  /** The functions' zip, with the SHA-256 of its bytes in hexadecimal. */
  readonly code: { readonly path: string; readonly sha256: string };
  /** The source of new routing tables for running functions. */
  readonly table: AwsRoutingTable;
}

/** Days. Decisions are counted elsewhere; these logs are for debugging. */
const logRetentionDays = 14;

/**
 * Megabytes. Twice the minimum, because CPU is allocated in proportion to memory (one full CPU at 1,769; AWS Lambda
 * Developer Guide, "Configure Lambda function memory"), and a cold start waits until the routing table is loaded.
 */
const memoryMegabytes = 256;

/** Seconds. A decision takes milliseconds, or 300 of them if mirrors are asked. Anything longer is an error. */
const timeoutSeconds = 5;

/** The redirector as a function in each of its regions. */
export class AwsRedirector extends Capability {
  readonly capability = "redirector" as const;
  /** The functions, by region. */
  readonly functions: ReadonlyMap<string, LambdaFunction>;
  readonly #props: AwsRedirectorProps;

  constructor(scope: Construct, id: string, props: AwsRedirectorProps) {
    super(scope, id);
    this.#props = props;
    const code = this.#createCode();
    this.functions = new Map(
      props.regions.map((region) => {
        const role = this.#createRole(region);
        const log = this.#createLog(region);
        const grants = [this.#grantWriteLog(region, role), this.#grantReadTable(region, role)];
        return [region, this.#createFunction(region, code, role, [log, ...grants])];
      }),
    );
  }

  #createCode(): TerraformAsset {
    const { path, sha256 } = this.#props.code;
    return new TerraformAsset(this, "code", { path, type: AssetType.FILE, assetHash: sha256 });
  }

  /** One role per region: it may only write to the log of its own region, and is removed with the region. */
  #createRole(region: string): IamRole {
    return new IamRole(this, `role-${region}`, {
      name: `${this.#props.name}-${region}`,
      description: `Assumed by the redirector in ${region} to write its log and read its routing table.`,
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
      }),
    });
  }

  /** Created before the function: otherwise Lambda would create a log without expiry. */
  #createLog(region: string): CloudwatchLogGroup {
    return new CloudwatchLogGroup(this, `log-${region}`, {
      region,
      name: this.#logName,
      retentionInDays: logRetentionDays,
    });
  }

  get #logName(): string {
    return `/aws/lambda/${this.#props.name}`;
  }

  #grantWriteLog(region: string, role: IamRole): IamRolePolicy {
    return this.#createRolePolicy(region, role, "write-log", {
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: `arn:aws:logs:${region}:${this.#props.account}:log-group:${this.#logName}:*`,
    });
  }

  /** Allows reading the routing table and the overlay, and nothing else in the account. */
  #grantReadTable(region: string, role: IamRole): IamRolePolicy {
    return this.#createRolePolicy(region, role, "read-table", {
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: this.#props.table.objectArns,
    });
  }

  #createRolePolicy(region: string, role: IamRole, name: string, statement: object): IamRolePolicy {
    return new IamRolePolicy(this, `${name}-${region}`, {
      name,
      role: role.id,
      policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
    });
  }

  #createFunction(
    region: string,
    code: TerraformAsset,
    role: IamRole,
    dependsOn: ITerraformDependable[],
  ): LambdaFunction {
    const {
      name,
      code: { sha256 },
      table,
    } = this.#props;
    return new LambdaFunction(this, `function-${region}`, {
      region,
      functionName: name,
      description: "Redirects clients to the nearest mirror.",
      role: role.arn,
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      filename: code.path,
      sourceCodeHash: Buffer.from(sha256, "hex").toString("base64"),
      memorySize: memoryMegabytes,
      timeout: timeoutSeconds,
      environment: {
        variables: {
          // API Gateway reports the caller (`sourceIp`). Clients can forge X-Forwarded-For.
          MIRRORFORM_CLIENT_ADDRESS: "socket",
          MIRRORFORM_TABLE_SOURCE: table.source,
        },
      },
      // Only warnings: Lambda's own three lines per request would be most of the log.
      loggingConfig: { logFormat: "JSON", applicationLogLevel: "INFO", systemLogLevel: "WARN" },
      dependsOn,
    });
  }
}
