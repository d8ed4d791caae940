// One upstream target fails: the signals, remedies and page of upstream-target-inconsistent.
import { noCoincidence } from '../../facts/contrast.ts';
import type { Facts } from '../../facts/facts.ts';
import { fixUpstreamTarget } from '../../remedies/fix-upstream-target.ts';
import { defineCause, type Weighed } from '../cause.ts';

function targetSeparates({ contrasts }: Pick<Facts, 'contrasts'>): readonly Weighed[] {
  return contrasts
    .filter((contrast) => contrast.dimension === 'target')
    .map((contrast) => ({
      weight: contrast.complete ? 5 : 3.6,
      says: `${contrast.figures}; ${noCoincidence(contrast)}.`,
      sighting: contrast.sighting,
    }));
}

/** Too few requests for a test: one target refuses each time, the others never. */
function fewSeparate({ contrasts, traffic }: Pick<Facts, 'contrasts' | 'traffic'>): readonly Weighed[] {
  if (contrasts.length > 0) return [];
  const targets = traffic.byDimension.target;
  const [one, ...more] = targets.filter(({ failed }) => failed > 0);
  const good = targets.filter(({ failed }) => failed === 0).reduce((sum, { total }) => sum + total, 0);
  const example = traffic.examples.find(({ logged }) => logged.target === one?.value);
  if (one === undefined || example === undefined || more.length > 0 || one.failed !== one.total) return [];
  if (one.failed < 2 || good < 3) return [];
  return [
    {
      weight: 4.2,
      says: `${one.value} refuses each of ${one.total} requests, the other targets none of ${good}.`,
      sighting: example.sighting,
    },
  ];
}

/** Failures come from one of several upstream targets. */
export const upstreamTargetInconsistent = defineCause({
  name: 'upstream-target-inconsistent',
  title: 'One upstream target fails',
  looksAt: ['contrasts', 'traffic'],
  signals: [targetSeparates, fewSeparate],
  yieldsTo: [],
  remedies: [fixUpstreamTarget],
  checks: ['Paste some minutes of the JSON log.'],
  page: {
    what: 'Failures come from one of several upstream targets.',
    why: 'One instance has another configuration, key, clock or version.',
    confirm: ['Group failures by tries[].ip in the JSON log.'],
    fix: ['Take that target out (weight 0) and repair it.'],
  },
  example: `{"request":{"method":"GET","uri":"/orders/0","headers":{"host":"api.example.com"}},"upstream_status":"401","response":{"status":401,"headers":{}},"tries":[{"ip":"10.0.0.9","port":8080}],"consumer":{"username":"web"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788400000}
{"request":{"method":"GET","uri":"/orders/1","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"tries":[{"ip":"10.0.0.4","port":8080}],"consumer":{"username":"mobile"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788401000}
{"request":{"method":"GET","uri":"/orders/2","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"tries":[{"ip":"10.0.0.4","port":8080}],"consumer":{"username":"web"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788402000}
{"request":{"method":"GET","uri":"/orders/3","headers":{"host":"api.example.com"}},"upstream_status":"401","response":{"status":401,"headers":{}},"tries":[{"ip":"10.0.0.9","port":8080}],"consumer":{"username":"mobile"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788403000}
{"request":{"method":"GET","uri":"/orders/4","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"tries":[{"ip":"10.0.0.4","port":8080}],"consumer":{"username":"web"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788404000}
{"request":{"method":"GET","uri":"/orders/5","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"tries":[{"ip":"10.0.0.4","port":8080}],"consumer":{"username":"mobile"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788405000}
{"request":{"method":"GET","uri":"/orders/6","headers":{"host":"api.example.com"}},"upstream_status":"401","response":{"status":401,"headers":{}},"tries":[{"ip":"10.0.0.9","port":8080}],"consumer":{"username":"web"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788406000}
{"request":{"method":"GET","uri":"/orders/7","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"tries":[{"ip":"10.0.0.4","port":8080}],"consumer":{"username":"mobile"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788407000}
{"request":{"method":"GET","uri":"/orders/8","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"tries":[{"ip":"10.0.0.4","port":8080}],"consumer":{"username":"web"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788408000}
{"request":{"method":"GET","uri":"/orders/9","headers":{"host":"api.example.com"}},"upstream_status":"401","response":{"status":401,"headers":{}},"tries":[{"ip":"10.0.0.9","port":8080}],"consumer":{"username":"mobile"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788409000}
{"request":{"method":"GET","uri":"/orders/10","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"tries":[{"ip":"10.0.0.4","port":8080}],"consumer":{"username":"web"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788410000}
{"request":{"method":"GET","uri":"/orders/11","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"tries":[{"ip":"10.0.0.4","port":8080}],"consumer":{"username":"mobile"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788411000}
{"request":{"method":"GET","uri":"/orders/12","headers":{"host":"api.example.com"}},"upstream_status":"401","response":{"status":401,"headers":{}},"tries":[{"ip":"10.0.0.9","port":8080}],"consumer":{"username":"web"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788412000}
{"request":{"method":"GET","uri":"/orders/13","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"tries":[{"ip":"10.0.0.4","port":8080}],"consumer":{"username":"mobile"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788413000}
{"request":{"method":"GET","uri":"/orders/14","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"tries":[{"ip":"10.0.0.4","port":8080}],"consumer":{"username":"web"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788414000}
{"request":{"method":"GET","uri":"/orders/15","headers":{"host":"api.example.com"}},"upstream_status":"401","response":{"status":401,"headers":{}},"tries":[{"ip":"10.0.0.9","port":8080}],"consumer":{"username":"mobile"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788415000}
{"request":{"method":"GET","uri":"/orders/16","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"tries":[{"ip":"10.0.0.4","port":8080}],"consumer":{"username":"web"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788416000}
{"request":{"method":"GET","uri":"/orders/17","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"tries":[{"ip":"10.0.0.4","port":8080}],"consumer":{"username":"mobile"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788417000}
{"request":{"method":"GET","uri":"/orders/18","headers":{"host":"api.example.com"}},"upstream_status":"401","response":{"status":401,"headers":{}},"tries":[{"ip":"10.0.0.9","port":8080}],"consumer":{"username":"web"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788418000}
{"request":{"method":"GET","uri":"/orders/19","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"tries":[{"ip":"10.0.0.4","port":8080}],"consumer":{"username":"mobile"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788419000}
{"request":{"method":"GET","uri":"/orders/20","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"tries":[{"ip":"10.0.0.4","port":8080}],"consumer":{"username":"web"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788420000}
{"request":{"method":"GET","uri":"/orders/21","headers":{"host":"api.example.com"}},"upstream_status":"401","response":{"status":401,"headers":{}},"tries":[{"ip":"10.0.0.9","port":8080}],"consumer":{"username":"mobile"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788421000}
{"request":{"method":"GET","uri":"/orders/22","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"tries":[{"ip":"10.0.0.4","port":8080}],"consumer":{"username":"web"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788422000}
{"request":{"method":"GET","uri":"/orders/23","headers":{"host":"api.example.com"}},"upstream_status":"200","response":{"status":200,"headers":{}},"tries":[{"ip":"10.0.0.4","port":8080}],"consumer":{"username":"mobile"},"route":{"name":"orders"},"service":{"name":"orders"},"source":"upstream","started_at":1791788423000}`,
});
