import type { Asked, Refusal } from "./asked";
import type { Decision } from "./decide";

/** An HTTP answer; the carrier leaves the body out where the method was HEAD. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * RFC 9110, section 12.5.5: `Vary: *` says that the answer also depends on what is not in the request, "e.g., the
 * client's network address". No cache may give one client's mirror to another.
 */
const personal = { "Cache-Control": "no-store", Vary: "*" };
/**
 * Answers that are the same for everybody may be kept for five minutes: long enough to spare a burst of pulls the way,
 * short enough that a change of the inventory is soon in force.
 */
const shared = { "Cache-Control": "public, max-age=300" };
/** Refusals are not kept: what is missing today may be there in a minute. */
const unkept = { "Cache-Control": "no-store" };

/** OCI distribution specification, "API support": clients tell a registry by this header. */
const apiVersion = { "Docker-Distribution-Api-Version": "registry/2.0" };
const json = { "Content-Type": "application/json" };
const text = { "Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff" };

/** The error body of the OCI distribution specification 1.1, "Error codes". */
function ociErrors({ code, message }: Refusal): string {
  return `${JSON.stringify({ errors: [{ code, message }] })}\n`;
}

function refused(refusal: Refusal): Answer {
  const { status, oci, message } = refusal;
  const allow = status === 405 ? { Allow: "GET, HEAD" } : {};
  return {
    status,
    headers: { ...(oci ? json : text), ...allow, ...unkept },
    body: oci ? ociErrors(refusal) : `${message}\n`,
  };
}

function isRefusal(asked: Asked | Refusal): asked is Refusal {
  return asked.class === "refused";
}

/** The answer that carries a decision. */
export function answer({ asked, status, location, personal: isPersonal }: Decision): Answer {
  if (isRefusal(asked)) return refused(asked);
  if (location === undefined) return { status, headers: { ...json, ...apiVersion, ...shared }, body: "{}" };
  return { status, headers: { Location: location, ...(isPersonal ? personal : shared) }, body: "" };
}
