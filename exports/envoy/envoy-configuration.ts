import { Document, isMap, visit } from "yaml";
import type { Exported, ExportOptions } from "../export-options";
import { headComment } from "../head-comment";
import { type Outcomes, outcomesOf } from "../outcomes";
import { otherHosts, sitesOf } from "../site";
import { addressParts, ipTagging } from "./client-outcome";
import { type Part, typed } from "./envoy-part";
import { virtualHost } from "./virtual-host";

/**
 * An Envoy configuration, a static bootstrap, that decides like the redirector without probing: addresses
 * become tags, and matchers on path and tag choose among redirects. For Envoy 1.30 and later.
 *
 * @throws NotExportable if Envoy cannot express the table
 */
export function envoyConfiguration(options: ExportOptions): Exported {
  const outcomes = outcomesOf(options.table, options.today);
  return {
    text: `${headComment("envoy", "envoy -c envoy.yaml", options, outcomes)}\n${yamlText(bootstrap(options, outcomes))}`,
    leftOut: outcomes.leftOut,
  };
}

function bootstrap(options: ExportOptions, outcomes: Outcomes): Part {
  const { host, port } = options.listen;
  const address = { socket_address: { address: host.replace(/^\[|\]$/g, ""), port_value: port } };
  return {
    static_resources: {
      listeners: [
        { name: "redirector", address, filter_chains: [{ filters: [connectionManager(options, outcomes)] }] },
      ],
    },
    layered_runtime: {
      layers: [
        {
          name: "static",
          // Envoy's default limit is 100; a digest alone needs 150.
          static_layer: { "re2.max_program_size.error_level": 20_000, "re2.max_program_size.warn_level": 20_000 },
        },
      ],
    },
  };
}

function connectionManager(options: ExportOptions, outcomes: Outcomes): Part {
  const { table, clientAddress } = options;
  const { connection, isKnown } = addressParts(clientAddress);
  const hosts = [...sitesOf(table), otherHosts()].map((site) => virtualHost(site, outcomes, table, isKnown));
  const filters = [typed("envoy.extensions.filters.http.router.v3.Router", "envoy.filters.http.router", {})];
  if (outcomes.prefixes.length > 0) filters.unshift(ipTagging(outcomes));
  return typed(
    "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
    "envoy.filters.network.http_connection_manager",
    {
      stat_prefix: "redirector",
      ...connection,
      normalize_path: true,
      merge_slashes: true,
      path_with_escaped_slashes_action: "KEEP_UNCHANGED",
      strip_trailing_host_dot: true,
      generate_request_id: false,
      server_header_transformation: "PASS_THROUGH",
      request_headers_timeout: "10s",
      // No header count limit: Envoy accepts 60 KiB, and would refuse more than 100 lines.
      common_http_protocol_options: { max_headers_count: 61_440 },
      route_config: { name: "redirector", ignore_port_in_host_matching: true, virtual_hosts: hosts },
      http_filters: filters,
    },
  );
}

/**
 * The configuration as YAML: strings are in double quotes, as in JSON, so that no YAML parser reads one as a number or a
 * boolean; each prefix is on one line.
 */
function yamlText(config: Part): string {
  const document = new Document(config, { aliasDuplicateObjects: false });
  visit(document, {
    Map(_, node) {
      if (isMap(node) && node.has("prefix_len")) node.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" });
}
