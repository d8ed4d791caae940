// Only some consumers fail: the signals, remedies and page of consumer-subset-failing.
import { noCoincidence } from '../../facts/contrast.ts';
import type { Facts } from '../../facts/facts.ts';
import { logWithConsumer } from '../../remedies/log-with-consumer.ts';
import { rotateConsumerSecret } from '../../remedies/rotate-consumer-secret.ts';
import { defineCause, type Weighed } from '../cause.ts';

function consumerSeparates({ contrasts, traffic }: Pick<Facts, 'contrasts' | 'traffic'>): readonly Weighed[] {
  // Kong's own 403 comes after authentication: the secret was right, a rule forbids this consumer.
  const forbidden = (traffic.failedByStatusAndAnswerer['403 kong'] ?? 0) >= traffic.failed * 0.9;
  return contrasts
    .filter((contrast) => contrast.dimension === 'consumer' || contrast.dimension === 'credential')
    .map((contrast) => ({
      weight: forbidden ? 1.6 : contrast.complete ? 5 : 3.6,
      says: `${contrast.figures}; ${noCoincidence(contrast)}.`,
      sighting: contrast.sighting,
    }));
}

/** Too few requests for a test, yet every failure is of one consumer and the others only succeed. */
function fewButAlone({ contrasts, traffic }: Pick<Facts, 'contrasts' | 'traffic'>): readonly Weighed[] {
  if (contrasts.length > 0 || traffic.failed < 3) return [];
  const failing = traffic.byDimension.consumer.filter((tally) => tally.failed > 0);
  const others = traffic.byDimension.consumer.filter((tally) => tally.failed === 0);
  const [only] = failing;
  const example = traffic.examples.find(({ logged }) => logged.consumer === only?.value);
  if (
    only === undefined ||
    failing.length !== 1 ||
    others.length < 2 ||
    only.failed < traffic.failed ||
    example === undefined
  )
    return [];
  return [
    {
      weight: 4.2,
      says: `All ${only.failed} failures are of ${only.value}; ${others.map((other) => other.value).join(' and ')} succeed. So few requests suggest and do not prove it.`,
      sighting: example.sighting,
    },
  ];
}

function clientSeparates({ contrasts, traffic }: Pick<Facts, 'contrasts' | 'traffic'>): readonly Weighed[] {
  // A 403 by program is a rule on User-Agent; a wrong secret is a 401.
  const forbidden = (traffic.byStatus['401'] ?? 0) === 0;
  return contrasts
    .filter(() => !forbidden)
    .filter((contrast) => contrast.dimension === 'client' || contrast.dimension === 'agent')
    .map((contrast) => ({
      weight: contrast.complete ? 2.8 : 1.8,
      says: `${contrast.figures}; ${noCoincidence(contrast)}.`,
      sighting: contrast.sighting,
    }));
}

function anotherDimension({ contrasts }: Pick<Facts, 'contrasts'>): readonly Weighed[] {
  const [best] = contrasts;
  if (best === undefined || ['consumer', 'credential', 'client', 'agent'].includes(best.dimension)) return [];
  return [
    { weight: -2, says: `Failures are separated by ${best.dimension}, not by consumer.`, sighting: best.sighting },
  ];
}

/** One consumer fails while others succeed on the same route. */
export const consumerSubsetFailing = defineCause({
  name: 'consumer-subset-failing',
  title: 'Only some consumers fail',
  looksAt: ['contrasts', 'traffic'],
  signals: [consumerSeparates, fewButAlone, clientSeparates, anotherDimension],
  yieldsTo: ['credential-missing', 'headers-too-large'],
  remedies: [rotateConsumerSecret, logWithConsumer],
  checks: ['Paste some minutes of the JSON log of a log plugin, with failures and successes.'],
  page: {
    what: 'One consumer fails while others succeed on the same route.',
    why: 'That client holds a wrong, old or expired secret or token; the gateway and the other clients are fine.',
    confirm: ['Group failures by consumer in the JSON log of http-log or file-log; nginx’ access log has no consumer.'],
    fix: ['Give that consumer a new secret, or let it fetch a new token; change nothing for the others.'],
  },
  example: `{"request":{"method":"GET","uri":"/orders/0","headers":{"host":"api.example.com"}},"upstream_status":"401","response":{"status":401,"headers":{}},"consumer":{"username":"partner-acme"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788400000}
{"request":{"method":"GET","uri":"/orders/1","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"consumer":{"username":"web"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788401000}
{"request":{"method":"GET","uri":"/orders/2","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"consumer":{"username":"mobile"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788402000}
{"request":{"method":"GET","uri":"/orders/3","headers":{"host":"api.example.com"}},"upstream_status":"401","response":{"status":401,"headers":{}},"consumer":{"username":"partner-acme"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788403000}
{"request":{"method":"GET","uri":"/orders/4","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"consumer":{"username":"web"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788404000}
{"request":{"method":"GET","uri":"/orders/5","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"consumer":{"username":"mobile"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788405000}
{"request":{"method":"GET","uri":"/orders/6","headers":{"host":"api.example.com"}},"upstream_status":"401","response":{"status":401,"headers":{}},"consumer":{"username":"partner-acme"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788406000}
{"request":{"method":"GET","uri":"/orders/7","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"consumer":{"username":"web"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788407000}
{"request":{"method":"GET","uri":"/orders/8","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"consumer":{"username":"mobile"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788408000}
{"request":{"method":"GET","uri":"/orders/9","headers":{"host":"api.example.com"}},"upstream_status":"401","response":{"status":401,"headers":{}},"consumer":{"username":"partner-acme"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788409000}
{"request":{"method":"GET","uri":"/orders/10","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"consumer":{"username":"web"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788410000}
{"request":{"method":"GET","uri":"/orders/11","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"consumer":{"username":"mobile"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788411000}
{"request":{"method":"GET","uri":"/orders/12","headers":{"host":"api.example.com"}},"upstream_status":"401","response":{"status":401,"headers":{}},"consumer":{"username":"partner-acme"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788412000}
{"request":{"method":"GET","uri":"/orders/13","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"consumer":{"username":"web"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788413000}
{"request":{"method":"GET","uri":"/orders/14","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"consumer":{"username":"mobile"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788414000}
{"request":{"method":"GET","uri":"/orders/15","headers":{"host":"api.example.com"}},"upstream_status":"401","response":{"status":401,"headers":{}},"consumer":{"username":"partner-acme"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788415000}
{"request":{"method":"GET","uri":"/orders/16","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"consumer":{"username":"web"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788416000}
{"request":{"method":"GET","uri":"/orders/17","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"consumer":{"username":"mobile"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788417000}
{"request":{"method":"GET","uri":"/orders/18","headers":{"host":"api.example.com"}},"upstream_status":"401","response":{"status":401,"headers":{}},"consumer":{"username":"partner-acme"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788418000}
{"request":{"method":"GET","uri":"/orders/19","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"consumer":{"username":"web"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788419000}
{"request":{"method":"GET","uri":"/orders/20","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"consumer":{"username":"mobile"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788420000}
{"request":{"method":"GET","uri":"/orders/21","headers":{"host":"api.example.com"}},"upstream_status":"401","response":{"status":401,"headers":{}},"consumer":{"username":"partner-acme"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788421000}
{"request":{"method":"GET","uri":"/orders/22","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"consumer":{"username":"web"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788422000}
{"request":{"method":"GET","uri":"/orders/23","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"consumer":{"username":"mobile"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788423000}`,
});
