import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Server } from "./program";

/** The most tags on a page, even if a client requests more. */
const pageSize = 2;

const tagList = /^(\/v2\/.+\/tags\/list)(?:\?(.*))?$/;

/** Limits a request for tags to one page. */
function limitToPage(target: string): string {
  const [, path, query] = tagList.exec(target) ?? [];
  if (path === undefined) return target;
  const parameters = new URLSearchParams(query);
  const wanted = Number(parameters.get("n") ?? pageSize);
  parameters.set("n", String(Math.min(wanted, pageSize)));
  return `${path}?${parameters}`;
}

/** Changes a link to a host that clients cannot reach, as of a registry behind a load balancer. */
function hideHost(link: string): string {
  return link.replace("</v2/", "<http://registry.internal.example:5000/v2/behind/a/prefix/");
}

function passOn(port: number, { url = "", method, headers }: IncomingMessage, response: ServerResponse): void {
  const onward = request({ host: "127.0.0.1", port, path: limitToPage(url), method, headers });
  onward.on("response", (answer) => {
    const { link, ...others } = answer.headers;
    response.writeHead(answer.statusCode ?? 502, {
      ...others,
      ...(typeof link === "string" && { Link: hideHost(link) }),
    });
    answer.pipe(response);
  });
  onward.on("error", () => response.destroy());
  onward.end();
}

/**
 * Starts a proxy in front of a registry. It returns lists in small pages, with links to a host that clients cannot reach.
 *
 * @param registry is stopped with it
 */
export async function startPagingRegistry(registry: Server): Promise<Server> {
  const server = createServer((message, response) => passOn(registry.port, message, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      await registry.stop();
    },
  };
}
