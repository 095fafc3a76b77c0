import { ComputeBackendService } from "@cdktf/provider-google/lib/compute-backend-service";
import { ComputeGlobalAddress } from "@cdktf/provider-google/lib/compute-global-address";
import { ComputeGlobalForwardingRule } from "@cdktf/provider-google/lib/compute-global-forwarding-rule";
import { ComputeSecurityPolicy } from "@cdktf/provider-google/lib/compute-security-policy";
import { ComputeSslPolicy } from "@cdktf/provider-google/lib/compute-ssl-policy";
import { ComputeTargetHttpProxy } from "@cdktf/provider-google/lib/compute-target-http-proxy";
import { ComputeTargetHttpsProxy } from "@cdktf/provider-google/lib/compute-target-https-proxy";
import { ComputeUrlMap } from "@cdktf/provider-google/lib/compute-url-map";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";

/** What a `GoogleLoadBalancer` is made from. */
export interface GoogleLoadBalancerProps {
  /** Prefix of every name: at most 40 characters. */
  readonly name: string;
  /** Ids of the serverless network endpoint groups, one a region, at least one. */
  readonly groups: readonly string[];
  /** The certificate map, as a target proxy names it. */
  readonly certificateMap: string;
  /** The APIs that must be enabled first. */
  readonly services: readonly ITerraformDependable[];
}

/** The load balancer that Cloud Armor, certificate maps and outlier detection are for; EXTERNAL is the classic one. */
const SCHEME = "EXTERNAL_MANAGED";

/** The priority of the rule for whatever no other rule is for; a policy always has one (Cloud Armor). */
const DEFAULT_RULE = 2_147_483_647;

/** The rate of registry.k8s.io (kubernetes/k8s.io, `modules/oci-proxy`), chosen below Artifact Registry's quota a user. */
const RATE = { count: 2490, intervalSec: 30 };

/**
 * Each region's service is ejected after five failures in a row, for 30 seconds or longer: serverless groups take no
 * health checks, and this is what remains (Compute Engine API, `outlierDetection`, which names serverless groups behind
 * a global EXTERNAL_MANAGED service). Never more than half of the regions: failing all together is not a region's fault.
 */
const OUTLIERS = {
  consecutiveErrors: 5,
  enforcingConsecutiveErrors: 100,
  interval: { seconds: 10 },
  baseEjectionTime: { seconds: 30 },
  maxEjectionPercent: 50,
};

/** One address of each kind for the whole world, in front of the regions; http is sent to https. */
export class GoogleLoadBalancer extends Construct {
  readonly addresses: { readonly ipv4: string; readonly ipv6: string };

  constructor(scope: Construct, id: string, props: GoogleLoadBalancerProps) {
    super(scope, id);
    const https = this.https(props, this.backend(props, this.policy(props)));
    const http = this.http(props);
    this.addresses = {
      ipv4: this.listen("ipv4", props, { https, http }),
      ipv6: this.listen("ipv6", props, { https, http }),
    };
  }

  /**
   * Only the rate is limited. registry.k8s.io had ten generic rule sets of a web application firewall and took them out
   * again: they took digests and package names for attacks (registry.k8s.io#138, #174).
   */
  private policy({ name, services }: GoogleLoadBalancerProps): ComputeSecurityPolicy {
    return new ComputeSecurityPolicy(this, "policy", {
      name,
      rule: [
        {
          action: "throttle",
          priority: DEFAULT_RULE,
          description: "So many requests from one address, then 429.",
          match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } },
          rateLimitOptions: {
            conformAction: "allow",
            exceedAction: "deny(429)",
            enforceOnKey: "IP",
            rateLimitThreshold: RATE,
          },
        },
      ],
      dependsOn: [...services],
    });
  }

  /**
   * Neither health checks, nor a named port, nor a timeout, nor a balancing mode: serverless groups take none of them, and
   * only the apply would tell (Cloud Load Balancing, "Serverless NEGs", backend service limitations).
   */
  private backend({ name, groups }: GoogleLoadBalancerProps, policy: ComputeSecurityPolicy): ComputeBackendService {
    return new ComputeBackendService(this, "backend", {
      name,
      loadBalancingScheme: SCHEME,
      backend: groups.map((group) => ({ group })),
      securityPolicy: policy.id,
      // An entry would hold the client's address; the redirector logs its decisions itself.
      logConfig: { enable: false },
      // A single region is better than none, however it fails.
      ...(groups.length > 1 && { outlierDetection: OUTLIERS }),
    });
  }

  /** MODERN, not RESTRICTED: what pulls images may be years old, and 1.2 with MODERN's ciphers is what it still has. */
  private https({ name, certificateMap, services }: GoogleLoadBalancerProps, backend: ComputeBackendService): string {
    const map = new ComputeUrlMap(this, "url-map", { name, defaultService: backend.id });
    const policy = new ComputeSslPolicy(this, "ssl-policy", {
      name,
      profile: "MODERN",
      minTlsVersion: "TLS_1_2",
      dependsOn: [...services],
    });
    return new ComputeTargetHttpsProxy(this, "https", {
      name,
      urlMap: map.id,
      sslPolicy: policy.id,
      certificateMap,
    }).id;
  }

  private http({ name, services }: GoogleLoadBalancerProps): string {
    const map = new ComputeUrlMap(this, "to-https", {
      name: `${name}-to-https`,
      defaultUrlRedirect: {
        httpsRedirect: true,
        stripQuery: false,
        redirectResponseCode: "MOVED_PERMANENTLY_DEFAULT",
      },
      dependsOn: [...services],
    });
    return new ComputeTargetHttpProxy(this, "http", { name: `${name}-to-https`, urlMap: map.id }).id;
  }

  private listen(
    version: "ipv4" | "ipv6",
    { name, services }: GoogleLoadBalancerProps,
    { https, http }: { readonly https: string; readonly http: string },
  ): string {
    const { address } = new ComputeGlobalAddress(this, version, {
      name: `${name}-${version}`,
      ipVersion: version.toUpperCase(),
      dependsOn: [...services],
    });
    const rule = { ipAddress: address, loadBalancingScheme: SCHEME };
    new ComputeGlobalForwardingRule(this, `${version}-https`, {
      ...rule,
      name: `${name}-${version}-https`,
      portRange: "443",
      target: https,
    });
    new ComputeGlobalForwardingRule(this, `${version}-http`, {
      ...rule,
      name: `${name}-${version}-http`,
      portRange: "80",
      target: http,
    });
    return address;
  }
}
