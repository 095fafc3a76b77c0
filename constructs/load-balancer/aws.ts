import { Apigatewayv2Api } from "@cdktf/provider-aws/lib/apigatewayv2-api";
import { Apigatewayv2ApiMapping } from "@cdktf/provider-aws/lib/apigatewayv2-api-mapping";
import { Apigatewayv2DomainName } from "@cdktf/provider-aws/lib/apigatewayv2-domain-name";
import { Apigatewayv2Integration } from "@cdktf/provider-aws/lib/apigatewayv2-integration";
import { Apigatewayv2Route } from "@cdktf/provider-aws/lib/apigatewayv2-route";
import { Apigatewayv2Stage } from "@cdktf/provider-aws/lib/apigatewayv2-stage";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import type { Construct } from "constructs";
import type { ProviderFacts } from "../../facts/deployed-facts";
import { Capability } from "../capability";
import type { AwsCertificate } from "../certificate/aws";
import type { AwsRedirector } from "../redirector/aws";

/** Properties of `AwsLoadBalancer`. */
export interface AwsLoadBalancerProps {
  /** The name of the APIs and of their access logs. */
  readonly name: string;
  /** The functions that answer. */
  readonly redirector: AwsRedirector;
  /** The certificates of the hosts to serve. */
  readonly certificates: readonly AwsCertificate[];
}

/** Days. Decisions are counted elsewhere; these logs are for debugging. */
const logRetentionDays = 14;

/**
 * Half of the default limits for all APIs of an account in a region: 10,000 requests a second and a burst of 5,000 (Amazon
 * API Gateway Developer Guide, "Quotas"). This caps a flood and leaves capacity for the account's other APIs.
 */
const throttle = { throttlingRateLimit: 5000, throttlingBurstLimit: 2500 };

/** The logged fields of a request. The caller (`$context.identity`) is left out: debugging does not need it. */
const accessLogFormat = JSON.stringify({
  time: "$context.requestTime",
  id: "$context.requestId",
  host: "$context.domainName",
  method: "$context.httpMethod",
  status: "$context.status",
  milliseconds: "$context.responseLatency",
  error: "$context.integrationErrorMessage",
});

/**
 * An HTTP API (API Gateway) in each region, in front of the redirector's function there. It serves only requests for the
 * hosts' own names. The regions share no address: DNS sends clients to the nearest one.
 */
export class AwsLoadBalancer extends Capability {
  readonly capability = "load-balancer" as const;
  /** By region and host: the regional name that the host must resolve to. */
  readonly targets: NonNullable<ProviderFacts["targets"]>;
  readonly #name: string;

  constructor(scope: Construct, id: string, { name, redirector, certificates }: AwsLoadBalancerProps) {
    super(scope, id);
    this.#name = name;
    this.targets = Object.fromEntries(
      Array.from(redirector.functions, ([region, code]) => {
        const api = this.#createApi(region);
        this.#createRoute(region, api, code);
        const stage = this.#createStage(region, api);
        return [region, this.#createHosts(region, certificates, api, stage)];
      }),
    );
  }

  #createApi(region: string): Apigatewayv2Api {
    return new Apigatewayv2Api(this, `api-${region}`, {
      region,
      name: this.#name,
      description: "The redirector.",
      protocolType: "HTTP",
      ipAddressType: "dualstack",
      disableExecuteApiEndpoint: true,
    });
  }

  /** Sends every request to the function, and lets only this API call it. */
  #createRoute(region: string, api: Apigatewayv2Api, code: LambdaFunction): void {
    const integration = new Apigatewayv2Integration(this, `integration-${region}`, {
      region,
      apiId: api.id,
      integrationType: "AWS_PROXY",
      integrationUri: code.invokeArn,
      payloadFormatVersion: "2.0",
    });
    new Apigatewayv2Route(this, `route-${region}`, {
      region,
      apiId: api.id,
      routeKey: "$default",
      target: `integrations/${integration.id}`,
    });
    new LambdaPermission(this, `permission-${region}`, {
      region,
      statementId: "redirector-api",
      action: "lambda:InvokeFunction",
      functionName: code.functionName,
      principal: "apigateway.amazonaws.com",
      sourceArn: `${api.executionArn}/*/$default`,
    });
  }

  #createStage(region: string, api: Apigatewayv2Api): Apigatewayv2Stage {
    const log = new CloudwatchLogGroup(this, `access-log-${region}`, {
      region,
      // With this prefix, a log needs no entry in the resource policy for log delivery, which is limited to 5,120 characters
      // per region (Amazon CloudWatch Logs User Guide, "Enable logging from AWS services").
      name: `/aws/vendedlogs/apigateway/${this.#name}`,
      retentionInDays: logRetentionDays,
    });
    return new Apigatewayv2Stage(this, `stage-${region}`, {
      region,
      apiId: api.id,
      name: "$default",
      autoDeploy: true,
      defaultRouteSettings: throttle,
      accessLogSettings: { destinationArn: log.arn, format: accessLogFormat },
    });
  }

  #createHosts(
    region: string,
    certificates: readonly AwsCertificate[],
    api: Apigatewayv2Api,
    stage: Apigatewayv2Stage,
  ): Readonly<Record<string, string>> {
    return Object.fromEntries(
      certificates.map((certificate) => {
        const { host } = certificate;
        const domain = this.#createDomain(region, certificate);
        new Apigatewayv2ApiMapping(this, `mapping-${host}-${region}`, {
          region,
          apiId: api.id,
          domainName: domain.id,
          stage: stage.id,
        });
        return [host, domain.domainNameConfiguration.targetDomainName];
      }),
    );
  }

  #createDomain(region: string, certificate: AwsCertificate): Apigatewayv2DomainName {
    const { host } = certificate;
    return new Apigatewayv2DomainName(this, `domain-${host}-${region}`, {
      region,
      domainName: host,
      domainNameConfiguration: {
        certificateArn: certificate.arnIn(region),
        endpointType: "REGIONAL",
        ipAddressType: "dualstack",
        securityPolicy: "TLS_1_2",
      },
    });
  }
}
