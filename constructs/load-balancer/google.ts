import { CertificateManagerCertificateMap } from "@cdktf/provider-google/lib/certificate-manager-certificate-map";
import { CertificateManagerCertificateMapEntry } from "@cdktf/provider-google/lib/certificate-manager-certificate-map-entry";
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

/** Properties of `GoogleLoadBalancer`. */
export interface GoogleLoadBalancerProps {
  /** Prefix of every name: at most 40 characters. */
  readonly name: string;
  /** The Cloud Run services that answer. */
  readonly redirector: GoogleRedirector;
  /** The certificates of the hosts to serve. */
  readonly certificates: readonly GoogleCertificate[];
  /** The APIs that must be enabled first. @default none */
  readonly services?: readonly ITerraformDependable[];
}

/** The scheme that supports Cloud Armor, certificate maps and outlier detection. EXTERNAL is the classic load balancer. */
const loadBalancingScheme = "EXTERNAL_MANAGED";

/** Priority of the default rule. Every policy has one (Cloud Armor). */
const defaultRulePriority = 2_147_483_647;

/** The limit of registry.k8s.io (kubernetes/k8s.io, `modules/oci-proxy`), chosen below Artifact Registry's quota per user. */
const rateLimit = { count: 2490, intervalSec: 30 };

/**
 * A region's service is ejected after five consecutive failures, for at least 30 seconds. Serverless groups support no
 * health checks, so this is the only protection (Compute Engine API, `outlierDetection`, which names serverless groups
 * behind a global EXTERNAL_MANAGED service). At most half of the regions are ejected: if all fail, no single one is at
 * fault.
 */
const outlierDetection = {
  consecutiveErrors: 5,
  enforcingConsecutiveErrors: 100,
  interval: { seconds: 10 },
  baseEjectionTime: { seconds: 30 },
  maxEjectionPercent: 50,
};

/** One global IPv4 and one global IPv6 address in front of all regions. Requests by http are redirected to https. */
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
    return Array.from(
      runServices,
      ([region, service]) =>
        new ComputeRegionNetworkEndpointGroup(this, `group-${region}`, {
          name: `${this.#name}-${region}`,
          region,
          networkEndpointType: "SERVERLESS",
          cloudRun: { service: service.name },
          // A removed region must leave the load balancer first: a group in use cannot be destroyed
          // (terraform-provider-google#20206).
          lifecycle: { createBeforeDestroy: true },
        }),
    );
  }

  /**
   * Limits only the rate. registry.k8s.io once had ten generic rule sets of a web application firewall and removed them
   * again: they flagged digests and package names as attacks (registry.k8s.io#138, #174).
   */
  #createSecurityPolicy(): ComputeSecurityPolicy {
    return new ComputeSecurityPolicy(this, "policy", {
      name: this.#name,
      rule: [
        {
          action: "throttle",
          priority: defaultRulePriority,
          description: "Rate limit per client address: 429 above it.",
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
   * Sets no health checks, named port, timeout or balancing mode: serverless groups support none of them, and only an apply
   * would reveal it (Cloud Load Balancing, "Serverless NEGs", backend service limitations).
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
      // An entry would contain the client's address. The redirector logs its decisions itself.
      logConfig: { enable: false },
      // With a single region, even a failing one is better than none.
      ...(groups.length > 1 && { outlierDetection }),
    });
  }

  /**
   * A global load balancer takes at most 15 certificates, unless they are in a certificate map (Certificate Manager, "How
   * it works"; target proxies accept a map for EXTERNAL_MANAGED).
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

  /** Uses MODERN, not RESTRICTED: image clients may be years old, and still support TLS 1.2 with the ciphers of MODERN. */
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

  /** Redirects http to https. */
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
