import type { Answer } from "../routing/answer";

/**
 * Programs that give every request the same answer and decide nothing, using only their runtime's HTTP server: no
 * redirector can be faster on that server. They listen on the port in `PORT`.
 *
 * @param answer one of the redirector's answers, so that both send as many headers and bytes
 */
export const bareServers = {
  node: ({ status, headers, body }: Answer): string => {
    const fields = [...Object.entries(headers).flat(), "Content-Length", String(Buffer.byteLength(body))];
    return `require("node:http").createServer({ noDelay: true }, (_, response) => {
  response.writeHead(${status}, ${JSON.stringify(fields)});
  response.end(${JSON.stringify(body)});
}).listen(Number(process.env.PORT), "127.0.0.1");
`;
  },
  bun: ({ status, headers, body }: Answer): string => `Bun.serve({
  port: Number(process.env.PORT),
  hostname: "127.0.0.1",
  fetch: () => new Response(${body === "" ? null : JSON.stringify(body)}, ${JSON.stringify({ status, headers })}),
});
`,
  nginx: ({ status, headers, body }: Answer, port: number): string => {
    const { Location, "Content-Type": type, ...others } = headers;
    const fields = Object.entries(others).map(([name, value]) => `add_header ${name} "${value}" always;`);
    return `worker_processes 1;
pid nginx.pid;
error_log stderr crit;
events { worker_connections 4096; }
http {
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
    server {
        listen 127.0.0.1:${port};
        default_type ${type ?? "text/plain"};
        ${fields.join("\n        ")}
        return ${status} ${Location ?? `'${body}'`};
    }
}
`;
  },
} as const;
