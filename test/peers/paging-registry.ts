import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Server } from "./program";

/** So few tags are on a page, whatever is asked for. */
const pageSize = 2;

const tagList = /^(\/v2\/.+\/tags\/list)(?:\?(.*))?$/;

/** The same request for no more than a page. */
function targetOf(target: string): string {
  const [, path, query] = tagList.exec(target) ?? [];
  if (path === undefined) return target;
  const parameters = new URLSearchParams(query);
  const wanted = Number(parameters.get("n") ?? pageSize);
  parameters.set("n", String(Math.min(wanted, pageSize)));
  return `${path}?${parameters}`;
}

/** The next page by a name that only the registry's own clients can reach, as that of a registry behind a load balancer. */
function linkOf(link: string): string {
  return link.replace("</v2/", "<http://registry.internal.example:5000/v2/behind/a/prefix/");
}

function pass(port: number, { url = "", method, headers }: IncomingMessage, response: ServerResponse): void {
  const onward = request({ host: "127.0.0.1", port, path: targetOf(url), method, headers });
  onward.on("response", (answer) => {
    const { link, ...others } = answer.headers;
    response.writeHead(answer.statusCode ?? 502, {
      ...others,
      ...(typeof link === "string" && { Link: linkOf(link) }),
    });
    answer.pipe(response);
  });
  onward.on("error", () => response.destroy());
  onward.end();
}

/**
 * What stands in front of a registry: it gives lists in small pages, with links that lead elsewhere.
 *
 * @param registry is ended with it
 */
export async function pagingRegistry(registry: Server): Promise<Server> {
  const server = createServer((message, response) => pass(registry.port, message, response));
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
