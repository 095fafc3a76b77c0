import { join } from "node:path";
import { checkProject } from "../project/check-project";
import { addresses, synthesizedStacks } from "./stacks/stacks";

const file = join(__dirname, "..", "mirrors.yaml");

/**
 * All that tests say of the shipped `mirrors.yaml` and `deployed.yaml`: they are sound, every stack can be synthesized,
 * and this is what a reviewer sees of a change (`npx jest test/shipped-files -u` renews it). What the code does is
 * tested on fixtures, so that a change of these files is a change of nothing else.
 */
test("the shipped files are sound, and this is what comes of them", () => {
  const project = checkProject({ inventory: file }, new Date());
  if (!project.ok) throw new Error(JSON.stringify(project.problems, null, 2));
  const { inventory, facts } = project;
  const stacks = Object.entries(synthesizedStacks(inventory, facts)).map(([name, stack]) => {
    const made = [...addresses(stack).keys()].filter((address) => !address.startsWith("data."));
    return `${name}: ${made.length} resources`;
  });
  const providers = inventory.providers.map(({ key, cloud, mirrors }) => {
    const counts = (["active", "draining", "retired"] as const).flatMap((state) => {
      const count = mirrors.filter((mirror) => mirror.state === state).length;
      return count === 0 ? [] : [`${count} ${state}`];
    });
    return `${key} (${cloud}): ${counts.join(", ")}`;
  });
  const hosts = inventory.hosts.map(({ name, serves }) => `${name}: ${serves.join(", ")}`);
  const origin = `origin: ${inventory.origin.provider}/${inventory.origin.mirror}`;
  expect(`\n${[...hosts, origin, ...providers, ...stacks].join("\n")}\n`).toMatchSnapshot();
});
