import type { Exported, ExportOptions } from "../export-options";
import { noPlaceRules, unreadableRules } from "../grammar/request-refusals";
import { headComment } from "../head-comment";
import { outcomesOf } from "../outcomes";
import { otherHosts, sitesOf } from "../site";
import { addressMap, outcomeMaps } from "./address-maps";
import { AnswerNames } from "./answer-names";
import { pathedLineMap, queryMaps, tidyMaps } from "./line-changes";
import { type Locations, locationsOf } from "./locations";
import { dollarBlock } from "./nginx-text";
import { hostMaps, refusedMaps, shortMap, siteMap } from "./request-maps";

const start =
  'nginx -p "$PWD" -c "$PWD/nginx.conf"   (the pid file and temporary folders are below the folder given by -p)';

/**
 * A complete nginx configuration that decides like the redirector without probing: `geo` maps addresses to outcomes, `map`
 * maps requests to names and outcomes to URLs, `return` answers. For nginx 1.21 and later.
 *
 * @throws NotExportable if nginx cannot express the table
 */
export function nginxConfiguration(options: ExportOptions): Exported {
  const { table, clientAddress, listen } = options;
  const outcomes = outcomesOf(table, options.today);
  const answers = new AnswerNames();
  const requests = requestText(options, answers);
  const locations = locationsOf(answers, outcomes, table);
  const text = `${headComment("nginx", start, options, outcomes)}
${processText}
http {
${settingsText}
${requests}    # The client's address, or an empty text.
${addressMap(clientAddress)}
    # The client's outcome: clients with the same number are sent to the same mirrors.
${outcomeMaps(outcomes, clientAddress)}
    # The URLs of each outcome.
${locations.maps}
${serverText(listen, locations)}}
`;
  return { text, leftOut: outcomes.leftOut };
}

const processText = `worker_processes auto;
pcre_jit on;
pid nginx.pid;
# nginx logs errors with the client's address: only those that stop it are logged.
error_log stderr crit;

events {
    worker_connections 4096;
}
`;

/** Temporary folders that nginx needs, below the one named by `-p`. */
const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
  .map((name) => `    ${name}_temp_path temporary-${name.replaceAll("_", "-")};`)
  .join("\n");

const settingsText = `${temporary}
    access_log off;
    server_tokens off;
    types { }
    map_hash_max_size 16384;
    map_hash_bucket_size 512;
    # The limits of the redirector's own server.
    large_client_header_buffers 4 16k;
    client_header_timeout 10s;
    client_body_timeout 10s;
    send_timeout 10s;
    keepalive_requests 10000;
    client_max_body_size 0;
`;

/** The maps that find a request's location. Also names the answers. */
function requestText({ table }: ExportOptions, answers: AnswerNames): string {
  const sites = sitesOf(table);
  const siteMaps = [...sites, otherHosts()].map((site) => siteMap(site, answers));
  const shortMaps = sites.map((site) => shortMap(site, answers));
  for (const rule of [...noPlaceRules, ...unreadableRules]) answers.nameOf(rule);
  return `    # The request line without its host, which is then in $host.
${pathedLineMap()}    # The same without dot segments and repeated slashes.
${tidyMaps()}
    # The request's location: first by each host's rules, then by the host.
${siteMaps.join("\n")}
    # The same for most requests, in one step.
${shortMaps.join("")}
${hostMaps(sites)}
    # The answer if nginx itself refuses a request.
${refusedMaps(answers)}
    # A dollar sign, which starts a variable everywhere else.
${dollarBlock}
    # The query that mirrors get, and the same for a URL that already has a query.
${queryMaps()}    map $passed_query $passed_more {
        default "";
        "~^\\?(?<asked_parameters>.*)$" "&$asked_parameters";
    }

`;
}

function serverText({ host, port }: ExportOptions["listen"], { blocks }: Locations): string {
  return `    server {
        listen ${host}:${port} default_server;
        # Dots are removed before slashes are merged.
        merge_slashes off;
        # No host has paths below /-/: a client that requests this one is refused, too.
        error_page 400 414 494 = //-/refused;
        rewrite ^(?!//-/refused$) /$asked last;
        location = //-/refused {
            rewrite ^ /$refused last;
        }

${blocks}    }
`;
}
