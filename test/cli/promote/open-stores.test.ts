import { openStores } from "../../../cli/promote/open-stores";
import { readPromotionInventory } from "../../inventory/promotion-fixture";
import { emptyEnvironment } from "../../stores/credentials/endpoint-double";

const environment = process.env;

afterEach(() => {
  process.env = environment;
});

const pullRequest = { ...emptyEnvironment, GITHUB_ACTIONS: "true", GITHUB_EVENT_NAME: "pull_request" };
const token = { ACTIONS_ID_TOKEN_REQUEST_URL: "https://token.actions.example.org/" };

test.each([
  ["on a laptop", emptyEnvironment, false],
  ["for a pull request of a branch", { ...pullRequest, ...token }, false],
  ["for a pull request from a fork", pullRequest, true],
])("stores opened %s", (_, current, withoutCredentials) => {
  process.env = current;
  expect(openStores(readPromotionInventory(), {})).toMatchObject({ withoutCredentials });
});
