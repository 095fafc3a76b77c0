import { type AgentOptions, Agent as PlainAgent } from "node:http";
import { Agent as SecureAgent } from "node:https";

/** How long an idle connection is kept, in milliseconds. Servers that close earlier say so, and Node observes that. */
const idleLimit = 30_000;
/** How many idle connections are kept per host: as many as transfers run at the same time. */
const mostIdle = 64;

const kept: AgentOptions = { keepAlive: true, maxFreeSockets: mostIdle, timeout: idleLimit };

/**
 * The connections of this process, kept between requests. Those that must be to public addresses are kept apart, because a request
 * would otherwise reuse one whose address nobody checked.
 */
const agents = {
  any: { plain: new PlainAgent(kept), secure: new SecureAgent(kept) },
  public: { plain: new PlainAgent(kept), secure: new SecureAgent(kept) },
} as const;

/** The kept connections for a URL. */
export function agentFor({ protocol }: URL, publicOnly: boolean): PlainAgent | SecureAgent {
  const { plain, secure } = agents[publicOnly ? "public" : "any"];
  return protocol === "http:" ? plain : secure;
}
