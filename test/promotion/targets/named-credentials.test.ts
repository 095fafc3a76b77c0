import { namedKeys, namedLogin } from "../../../promotion/targets/named-credentials";

const environment = {
  MIRRORFORM_HOSTER_USERNAME: "ada",
  MIRRORFORM_HOSTER_PASSWORD: "secret",
  MIRRORFORM_HOSTER_ACCESS_KEY_ID: "id",
  MIRRORFORM_HOSTER_SECRET_ACCESS_KEY: "secret",
};
const hosts = { MIRRORFORM_HOSTER_HOSTS: "registry.example.net, objects.example.net:9000" };

test.each<[string, NodeJS.ProcessEnv, string, boolean]>([
  ["any host, if none is set", environment, "evil.example.com", true],
  ["any host, if the list is empty", { ...environment, MIRRORFORM_HOSTER_HOSTS: "" }, "evil.example.com", true],
  ["a host of the list", { ...environment, ...hosts }, "registry.example.net", true],
  ["a host with a port", { ...environment, ...hosts }, "objects.example.net:9000", true],
  ["another port", { ...environment, ...hosts }, "objects.example.net", false],
  ["another host", { ...environment, ...hosts }, "evil.example.com", false],
  ["a host that only ends like one", { ...environment, ...hosts }, "evil-registry.example.net", false],
])("%s", async (_, variables, host, isSent) => {
  const login = namedLogin(variables, "HOSTER")(host);
  const keys = namedKeys(variables, "HOSTER", `https://${host}`)();
  for (const credentials of [login, keys]) {
    if (isSent) await expect(credentials).resolves.toMatchObject({});
    else await expect(credentials).rejects.toThrow(`the inventory sends the credentials HOSTER to ${host}`);
  }
});

test("a variable that is missing is named", async () => {
  const login = namedLogin({ MIRRORFORM_HOSTER_USERNAME: "ada" }, "HOSTER")("registry.example.net");
  await expect(login).rejects.toThrow("MIRRORFORM_HOSTER_PASSWORD is not set");
});
