/** An answer as our own servers give it, of the usual length. */
const headers = {
  Location:
    "https://k8s-artifacts-aws-eu-west-3.s3.dualstack.eu-west-3.amazonaws.com/containers/images/sha256:da86e6ba6ca197bf6bc5e9d900febd906b133eaa4750e6bed647b0fbe50ed43e",
  "Cache-Control": "no-store",
  Vary: "*",
  "X-Request-Id": "4bf92f3577b34da6a3ce929d0e0e4736",
};

/**
 * Programs that give everybody one redirect, with nothing but what their runtime serves HTTP with: no program
 * that decides anything can be faster with that HTTP server. They listen on the port that `PORT` names.
 */
export const bareServers = {
  node: `require("node:http").createServer({ noDelay: true }, (_, response) => {
  response.writeHead(307, ${JSON.stringify([...Object.entries(headers).flat(), "Content-Length", "0"])});
  response.end();
}).listen(Number(process.env.PORT), "127.0.0.1");
`,
  bun: `Bun.serve({
  port: Number(process.env.PORT),
  hostname: "127.0.0.1",
  fetch: () => new Response(null, { status: 307, headers: ${JSON.stringify(headers)} }),
});
`,
} as const;
