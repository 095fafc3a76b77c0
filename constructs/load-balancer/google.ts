import { CertificateManagerCertificateMap } from "@cdktf/provider-google/lib/certificate-manager-certificate-map";
import { CertificateManagerCertificateMapEntry } from "@cdktf/provider-google/lib/certificate-manager-certificate-map-entry";
import { CloudRunV2ServiceIamMember } from "@cdktf/provider-google/lib/cloud-run-v2-service-iam-member";
import { ComputeBackendService } from "@cdktf/provider-google/lib/compute-backend-service";
import { ComputeGlobalAddress } from "@cdktf/provider-google/lib/compute-global-address";
import { ComputeGlobalForwardingRule } from "@cdktf/provider-google/lib/compute-global-forwarding-rule";
import { ComputeRegionNetworkEndpointGroup } from "@cdktf/provider-google/lib/compute-region-network-endpoint-group";
import { ComputeSecurityPolicy } from "@cdktf/provider-google/lib/compute-security-policy";
import { ComputeSslPolicy } from "@cdktf/provider-google/lib/compute-ssl-policy";
import { ComputeTargetHttpProxy } from "@cdktf/provider-google/lib/compute-target-http-proxy";
import { ComputeTargetHttpsProxy } from "@cdktf/provider-google/lib/compute-target-https-proxy";
import { ComputeUrlMap } from "@cdktf/provider-google/lib/compute-url-map";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { ProviderFacts } from "../../facts/deployed-facts";
import { Capability } from "../capability";
import { certificateName, type GoogleCertificate } from "../certificate/google";
import type { GoogleRedirector } from "../redirector/google";

/** What a `GoogleLoadBalancer` is made from. */
export interface GoogleLoadBalancerProps {
  /** Prefix of every name: at most 40 characters. */
  readonly name: string;
  /** What answers. */
  readonly redirector: GoogleRedirector;
  /** The hosts to answer for, by their certificates. */
  readonly certificates: readonly GoogleCertificate[];
  /** The APIs that must be enabled first. @default none */
  readonly services?: readonly ITerraformDependable[];
}

/** The load balancer that Cloud Armor, certificate maps and outlier detection are for; EXTERNAL is the classic one. */
const loadBalancingScheme = "EXTERNAL_MANAGED";

/** The priority of the rule for whatever no other rule is for; a policy always has one (Cloud Armor). */
const defaultRulePriority = 2_147_483_647;

/** The rate of registry.k8s.io (kubernetes/k8s.io, `modules/oci-proxy`), chosen below Artifact Registry's quota a user. */
const rateLimit = { count: 2490, intervalSec: 30 };

/**
 * Each region's service is ejected after five failures in a row, for 30 seconds or longer: serverless groups take no
 * health checks, and this is what remains (Compute Engine API, `outlierDetection`, which names serverless groups behind
 * a global EXTERNAL_MANAGED service). Never more than half of the regions: failing all together is not a region's fault.
 */
const outlierDetection = {
  consecutiveErrors: 5,
  enforcingConsecutiveErrors: 100,
  interval: { seconds: 10 },
  baseEjectionTime: { seconds: 30 },
  maxEjectionPercent: 50,
};

/** One address of each kind for the whole world, in front of the regions; http is sent to https. */
export class GoogleLoadBalancer extends Capability {
  readonly capability = "load-balancer" as const;
  readonly addresses: NonNullable<ProviderFacts["addresses"]>;
  readonly #name: string;
  readonly #services: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: GoogleLoadBalancerProps) {
    super(scope, id);
    const { name, redirector, certificates, services = [] } = props;
    this.#name = name;
    this.#services = services;
    const groups = this.#createGroups(redirector);
    const backend = this.#createBackend(groups, this.#createSecurityPolicy());
    const https = this.#createHttpsProxy(backend, this.#createCertificateMap(certificates));
    const http = this.#createHttpProxy();
    this.addresses = { ipv4: this.#listen("ipv4", https, http), ipv6: this.#listen("ipv6", https, http) };
  }

  #createGroups({ runServices }: GoogleRedirector): ComputeRegionNetworkEndpointGroup[] {
    return Array.from(runServices, ([region, service]) => {
      this.#allowInvocation(region, service.name);
      return new ComputeRegionNetworkEndpointGroup(this, `group-${region}`, {
        name: `${this.#name}-${region}`,
        region,
        networkEndpointType: "SERVERLESS",
        cloudRun: { service: service.name },
        // A region that goes must leave the load balancer first: a group in use cannot be destroyed
        // (terraform-provider-google#20206).
        lifecycle: { createBeforeDestroy: true },
      });
    });
  }

  /** Anybody may call the service, which with its ingress means: anybody through the load balancer. */
  #allowInvocation(region: string, service: string): void {
    new CloudRunV2ServiceIamMember(this, `invoker-${region}`, {
      name: service,
      location: region,
      role: "roles/run.invoker",
      member: "allUsers",
    });
  }

  /**
   * Only the rate is limited. registry.k8s.io had ten generic rule sets of a web application firewall and took them out
   * again: they took digests and package names for attacks (registry.k8s.io#138, #174).
   */
  #createSecurityPolicy(): ComputeSecurityPolicy {
    return new ComputeSecurityPolicy(this, "policy", {
      name: this.#name,
      rule: [
        {
          action: "throttle",
          priority: defaultRulePriority,
          description: "So many requests from one address, then 429.",
          match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } },
          rateLimitOptions: {
            conformAction: "allow",
            exceedAction: "deny(429)",
            enforceOnKey: "IP",
            rateLimitThreshold: rateLimit,
          },
        },
      ],
      dependsOn: [...this.#services],
    });
  }

  /**
   * Neither health checks, nor a named port, nor a timeout, nor a balancing mode: serverless groups take none of them, and
   * only the apply would tell (Cloud Load Balancing, "Serverless NEGs", backend service limitations).
   */
  #createBackend(
    groups: readonly ComputeRegionNetworkEndpointGroup[],
    policy: ComputeSecurityPolicy,
  ): ComputeBackendService {
    return new ComputeBackendService(this, "backend", {
      name: this.#name,
      loadBalancingScheme,
      backend: groups.map(({ id }) => ({ group: id })),
      securityPolicy: policy.id,
      // An entry would hold the client's address; the redirector logs its decisions itself.
      logConfig: { enable: false },
      // A single region is better than none, however it fails.
      ...(groups.length > 1 && { outlierDetection }),
    });
  }

  /**
   * A certificate map is the one way to give certificates to a global load balancer without its limit of 15 (Certificate
   * Manager, "How it works"; target proxies take a map for EXTERNAL_MANAGED).
   */
  #createCertificateMap(certificates: readonly GoogleCertificate[]): CertificateManagerCertificateMap {
    const map = new CertificateManagerCertificateMap(this, "certificate-map", {
      name: this.#name,
      dependsOn: [...this.#services],
    });
    for (const { host, certificate } of certificates) {
      new CertificateManagerCertificateMapEntry(this, `certificate-map-entry-${host}`, {
        name: certificateName(host),
        map: map.name,
        hostname: host,
        certificates: [certificate],
      });
    }
    return map;
  }

  /** MODERN, not RESTRICTED: what pulls images may be years old, and 1.2 with MODERN's ciphers is what it still has. */
  #createHttpsProxy(
    backend: ComputeBackendService,
    certificateMap: CertificateManagerCertificateMap,
  ): ComputeTargetHttpsProxy {
    const urlMap = new ComputeUrlMap(this, "url-map", { name: this.#name, defaultService: backend.id });
    const policy = new ComputeSslPolicy(this, "ssl-policy", {
      name: this.#name,
      profile: "MODERN",
      minTlsVersion: "TLS_1_2",
      dependsOn: [...this.#services],
    });
    return new ComputeTargetHttpsProxy(this, "https", {
      name: this.#name,
      urlMap: urlMap.id,
      sslPolicy: policy.id,
      certificateMap: `//certificatemanager.googleapis.com/${certificateMap.id}`,
    });
  }

  /** Sends http to https. */
  #createHttpProxy(): ComputeTargetHttpProxy {
    const name = `${this.#name}-to-https`;
    const urlMap = new ComputeUrlMap(this, "to-https", {
      name,
      defaultUrlRedirect: {
        httpsRedirect: true,
        stripQuery: false,
        redirectResponseCode: "MOVED_PERMANENTLY_DEFAULT",
      },
      dependsOn: [...this.#services],
    });
    return new ComputeTargetHttpProxy(this, "http", { name, urlMap: urlMap.id });
  }

  /** @returns the address */
  #listen(version: "ipv4" | "ipv6", https: ComputeTargetHttpsProxy, http: ComputeTargetHttpProxy): string {
    const { address } = new ComputeGlobalAddress(this, version, {
      name: `${this.#name}-${version}`,
      ipVersion: version.toUpperCase(),
      dependsOn: [...this.#services],
    });
    this.#createForwardingRule(version, address, "https", "443", https.id);
    this.#createForwardingRule(version, address, "http", "80", http.id);
    return address;
  }

  #createForwardingRule(
    version: "ipv4" | "ipv6",
    ipAddress: string,
    scheme: "http" | "https",
    portRange: string,
    target: string,
  ): void {
    new ComputeGlobalForwardingRule(this, `${version}-${scheme}`, {
      ipAddress,
      loadBalancingScheme,
      name: `${this.#name}-${version}-${scheme}`,
      portRange,
      target,
    });
  }
}
