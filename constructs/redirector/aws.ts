import { Apigatewayv2Api } from "@cdktf/provider-aws/lib/apigatewayv2-api";
import { Apigatewayv2ApiMapping } from "@cdktf/provider-aws/lib/apigatewayv2-api-mapping";
import { Apigatewayv2DomainName } from "@cdktf/provider-aws/lib/apigatewayv2-domain-name";
import { Apigatewayv2Integration } from "@cdktf/provider-aws/lib/apigatewayv2-integration";
import { Apigatewayv2Route } from "@cdktf/provider-aws/lib/apigatewayv2-route";
import { Apigatewayv2Stage } from "@cdktf/provider-aws/lib/apigatewayv2-stage";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { AssetType, TerraformAsset } from "cdktf";
import type { Construct } from "constructs";
import { Capability } from "../capability";
import type { AwsCertificate } from "../certificate/aws";
import type { AwsRoutingTable } from "../routing-table/aws";

/** What an `AwsRedirector` is made from. */
export interface AwsRedirectorProps {
  /** The name of the function, the API and their logs; the role, which has no region, is called `<name>-<region>`. */
  readonly name: string;
  readonly region: string;
  /** The account's number. */
  readonly account: string;
  /** The function's zip, with the SHA-256 of its bytes in hexadecimal. */
  readonly code: { readonly path: string; readonly sha256: string };
  /** Where a running function finds new routing tables. */
  readonly table: AwsRoutingTable;
  /** The hosts to answer for, by their certificates. */
  readonly certificates: readonly AwsCertificate[];
}

/** Days; decisions are counted elsewhere, these logs are for finding out what went wrong. */
const LOG_RETENTION_DAYS = 14;

/**
 * Megabytes. Twice the least, because a function's share of a CPU goes with its memory (all of one at 1,769; AWS Lambda
 * Developer Guide, "Configure Lambda function memory"), and a cold start waits for the routing table to be loaded.
 */
const MEMORY_MEGABYTES = 256;

/** Seconds; a decision takes milliseconds, and 300 of them where mirrors are asked: what takes longer is an error. */
const TIMEOUT_SECONDS = 5;

/**
 * Half of what a region's APIs have together in an account by default, 10,000 requests a second and 5,000 at once (Amazon
 * API Gateway Developer Guide, "Quotas"): a flood ends here, and leaves room for what else the account runs.
 */
const THROTTLE = { throttlingRateLimit: 5000, throttlingBurstLimit: 2500 };

/** What is kept of a request: not who asked (`$context.identity`), which nobody needs for finding errors. */
const ACCESS_LOG = JSON.stringify({
  time: "$context.requestTime",
  id: "$context.requestId",
  host: "$context.domainName",
  method: "$context.httpMethod",
  status: "$context.status",
  milliseconds: "$context.responseLatency",
  error: "$context.integrationErrorMessage",
});

/** The redirector in one region: a function behind an HTTP API that answers to the hosts' names only. */
export class AwsRedirector extends Capability {
  readonly capability = "redirector" as const;
  readonly region: string;
  /** By host: the regional name that the host must point to. */
  readonly targets: Readonly<Record<string, string>>;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AwsRedirectorProps,
  ) {
    super(scope, id);
    this.region = props.region;
    const role = this.role();
    const code = this.function(role);
    const api = this.api(code);
    const stage = this.stage(api);
    this.targets = Object.fromEntries(
      props.certificates.map((certificate) => [certificate.host, this.answerTo(certificate, api, stage)]),
    );
  }

  /** A role for each region, not one for all: it may write to its own region's log only, and goes with its region. */
  private role(): IamRole {
    const { name, region } = this.props;
    return new IamRole(this, "role", {
      name: `${name}-${region}`,
      description: `Taken on by the redirector in ${region} to write its log and read its routing table.`,
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
      }),
    });
  }

  private function(role: IamRole): LambdaFunction {
    const { name, region, code, table } = this.props;
    const asset = new TerraformAsset(this, "code", { path: code.path, type: AssetType.FILE, assetHash: code.sha256 });
    return new LambdaFunction(this, "function", {
      region,
      functionName: name,
      description: "Sends clients to the mirror nearest to them.",
      role: role.arn,
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      filename: asset.path,
      sourceCodeHash: Buffer.from(code.sha256, "hex").toString("base64"),
      memorySize: MEMORY_MEGABYTES,
      timeout: TIMEOUT_SECONDS,
      environment: {
        variables: {
          // API Gateway tells who called (`sourceIp`); X-Forwarded-For is the client's to forge.
          MIRRORFORM_CLIENT_ADDRESS: "socket",
          MIRRORFORM_TABLE_SOURCE: table.source,
        },
      },
      // Lambda's own three lines a request would be most of the log: only its warnings are kept.
      loggingConfig: { logFormat: "JSON", applicationLogLevel: "INFO", systemLogLevel: "WARN" },
      dependsOn: [...this.log(role), this.reading(role)],
    });
  }

  /** The function's log, made first: Lambda would make one that keeps everything for ever. */
  private log(role: IamRole): (CloudwatchLogGroup | IamRolePolicy)[] {
    const { region, account } = this.props;
    const name = `/aws/lambda/${this.props.name}`;
    const group = new CloudwatchLogGroup(this, "log", { region, name, retentionInDays: LOG_RETENTION_DAYS });
    const policy = new IamRolePolicy(this, "write-log", {
      name: "write-log",
      role: role.id,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
            Resource: `arn:aws:logs:${region}:${account}:log-group:${name}:*`,
          },
        ],
      }),
    });
    return [group, policy];
  }

  /** New routing tables, and nothing else of the account. */
  private reading(role: IamRole): IamRolePolicy {
    return new IamRolePolicy(this, "read-table", {
      name: "read-table",
      role: role.id,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: this.props.table.objectArn }],
      }),
    });
  }

  private api(code: LambdaFunction): Apigatewayv2Api {
    const { name, region } = this.props;
    const api = new Apigatewayv2Api(this, "api", {
      region,
      name,
      description: "The redirector.",
      protocolType: "HTTP",
      ipAddressType: "dualstack",
      disableExecuteApiEndpoint: true,
    });
    const integration = new Apigatewayv2Integration(this, "integration", {
      region,
      apiId: api.id,
      integrationType: "AWS_PROXY",
      integrationUri: code.invokeArn,
      payloadFormatVersion: "2.0",
    });
    new Apigatewayv2Route(this, "route", {
      region,
      apiId: api.id,
      routeKey: "$default",
      target: `integrations/${integration.id}`,
    });
    new LambdaPermission(this, "permission", {
      region,
      statementId: "redirector-api",
      action: "lambda:InvokeFunction",
      functionName: code.functionName,
      principal: "apigateway.amazonaws.com",
      sourceArn: `${api.executionArn}/*/$default`,
    });
    return api;
  }

  private stage(api: Apigatewayv2Api): Apigatewayv2Stage {
    const { name, region } = this.props;
    const log = new CloudwatchLogGroup(this, "access-log", {
      region,
      // Below this prefix a log takes no room in the resource policy for log delivery, 5,120 characters for the whole
      // region (Amazon CloudWatch Logs User Guide, "Enable logging from AWS services").
      name: `/aws/vendedlogs/apigateway/${name}`,
      retentionInDays: LOG_RETENTION_DAYS,
    });
    return new Apigatewayv2Stage(this, "stage", {
      region,
      apiId: api.id,
      name: "$default",
      autoDeploy: true,
      defaultRouteSettings: THROTTLE,
      accessLogSettings: { destinationArn: log.arn, format: ACCESS_LOG },
    });
  }

  private answerTo(certificate: AwsCertificate, api: Apigatewayv2Api, stage: Apigatewayv2Stage): string {
    const { region } = this.props;
    const { host } = certificate;
    const domain = new Apigatewayv2DomainName(this, `domain-${host}`, {
      region,
      domainName: host,
      domainNameConfiguration: {
        certificateArn: certificate.arnIn(region),
        endpointType: "REGIONAL",
        ipAddressType: "dualstack",
        securityPolicy: "TLS_1_2",
      },
    });
    new Apigatewayv2ApiMapping(this, `mapping-${host}`, {
      region,
      apiId: api.id,
      domainName: domain.id,
      stage: stage.id,
    });
    return domain.domainNameConfiguration.targetDomainName;
  }
}
