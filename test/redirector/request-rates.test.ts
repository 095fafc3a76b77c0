import { parseAddress } from "../../networks/parsed-address";
import { RequestRates } from "../../redirector/request-rates";
import { clientNetwork } from "../../routing/client-network";

let now = 0;

function rates(): RequestRates {
  now = 0;
  return new RequestRates({
    network: { perSecond: 2, burst: 3 },
    all: { perSecond: 10, burst: 5 },
    clock: () => now,
  });
}

/** How many of so many attempts are granted. */
function granted(of: RequestRates, address: string, attempts = 20): number {
  const network = clientNetwork(parseAddress(address));
  return Array.from({ length: attempts }, () => of.take(network)).filter(Boolean).length;
}

test("a network is limited to its burst, and then its rate", () => {
  const of = rates();
  expect(granted(of, "192.0.2.1")).toBe(3);
  now += 1_000;
  expect(granted(of, "192.0.2.1")).toBe(2);
  now += 3_600_000;
  expect(granted(of, "192.0.2.1")).toBe(3);
});

test("clients of one network share a budget, in all spellings; other networks have their own", () => {
  const of = rates();
  expect(granted(of, "192.0.2.1")).toBe(3);
  expect(granted(of, "192.0.2.255")).toBe(0);
  expect(granted(of, "::ffff:192.0.2.7")).toBe(0);
  expect(granted(of, "192.0.3.1", 1)).toBe(1);
  expect(granted(of, "no address", 1)).toBe(1);
});

test("refusals of one network do not cost the others anything", () => {
  const of = rates();
  granted(of, "192.0.2.1", 10_000);
  expect(granted(of, "2001:db8:1::1")).toBe(2);
});

test("the total has a rate too", () => {
  const of = rates();
  const networks = Array.from({ length: 50 }, (_, index) => `10.0.${index}.1`);
  expect(networks.filter((address) => of.take(address))).toHaveLength(5);
  now += 1_000;
  expect(networks.filter((address) => of.take(address))).toHaveLength(5);
});

test("a debt is paid off before there is more", () => {
  const of = rates();
  of.charge("192.0.2.1", 7);
  expect(of.isOpen("192.0.2.1")).toBe(false);
  now += 2_000;
  expect(of.isOpen("192.0.2.1")).toBe(false);
  now += 1_000;
  expect(of.isOpen("192.0.2.1")).toBe(true);
});

test("a clock that is set back changes no budget", () => {
  const of = rates();
  now = 5_000;
  expect(granted(of, "192.0.2.1")).toBe(3);
  now = 0;
  expect(granted(of, "192.0.2.1")).toBe(0);
  now = 500;
  expect(granted(of, "192.0.2.1")).toBe(1);
});

test("unknown clients can have a larger common share", () => {
  const rate = { perSecond: 1, burst: 1 };
  const unknown = { perSecond: 1, burst: 4 };
  const of = new RequestRates({ network: rate, unknown, all: { perSecond: 9, burst: 9 }, clock: () => 0 });
  expect([granted(of, ""), granted(of, "192.0.2.1")]).toEqual([4, 1]);
});
