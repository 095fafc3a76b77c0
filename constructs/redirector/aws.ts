import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { AssetType, type ITerraformDependable, TerraformAsset } from "cdktf";
import type { Construct } from "constructs";
import { Capability } from "../capability";
import type { AwsRoutingTable } from "../routing-table/aws";

/** What an `AwsRedirector` is made from. */
export interface AwsRedirectorProps {
  /** The name of the functions and their logs; the roles, which have no region, are called `<name>-<region>`. */
  readonly name: string;
  /** The regions in which it runs, at least one, sorted. */
  readonly regions: readonly string[];
  /** The account's number. */
  readonly account: string;
  /** The functions' zip, with the SHA-256 of its bytes in hexadecimal. */
  readonly code: { readonly path: string; readonly sha256: string };
  /** Where a running function finds new routing tables. */
  readonly table: AwsRoutingTable;
}

/** Days; decisions are counted elsewhere, these logs are for finding out what went wrong. */
const logRetentionDays = 14;

/**
 * Megabytes. Twice the least, because a function's share of a CPU goes with its memory (all of one at 1,769; AWS Lambda
 * Developer Guide, "Configure Lambda function memory"), and a cold start waits for the routing table to be loaded.
 */
const memoryMegabytes = 256;

/** Seconds; a decision takes milliseconds, and 300 of them where mirrors are asked: what takes longer is an error. */
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

  /** A role for each region, not one for all: it may write to its own region's log only, and goes with its region. */
  #createRole(region: string): IamRole {
    return new IamRole(this, `role-${region}`, {
      name: `${this.#props.name}-${region}`,
      description: `Taken on by the redirector in ${region} to write its log and read its routing table.`,
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
      }),
    });
  }

  /** The function's log, made first: Lambda would make one that keeps everything for ever. */
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

  /** New routing tables, and nothing else of the account. */
  #grantReadTable(region: string, role: IamRole): IamRolePolicy {
    return this.#createRolePolicy(region, role, "read-table", {
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: this.#props.table.objectArn,
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
      description: "Sends clients to the mirror nearest to them.",
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
          // API Gateway tells who called (`sourceIp`); X-Forwarded-For is the client's to forge.
          MIRRORFORM_CLIENT_ADDRESS: "socket",
          MIRRORFORM_TABLE_SOURCE: table.source,
        },
      },
      // Lambda's own three lines a request would be most of the log: only its warnings are kept.
      loggingConfig: { logFormat: "JSON", applicationLogLevel: "INFO", systemLogLevel: "WARN" },
      dependsOn,
    });
  }
}
