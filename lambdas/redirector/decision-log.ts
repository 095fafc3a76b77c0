import type { Decision } from "../../routing/decide";

/**
 * One line of JSON about a decision, for a log. The client's address is not in it, and neither is the path, which could
 * hold anything: what was asked for is told by class, repository and digest.
 */
export function decisionLine({ asked, status, network, mirror }: Decision, time: Date): string {
  const { provider, region, asn, country } = network;
  return JSON.stringify({
    time: time.toISOString(),
    class: asked.class,
    ...("name" in asked && { name: asked.name }),
    ...("digest" in asked && { digest: asked.digest }),
    status,
    mirror,
    network: { provider, region, asn, country },
  });
}
