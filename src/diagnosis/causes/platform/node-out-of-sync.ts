// Some Kong nodes have other config: the signals, remedies and page of node-out-of-sync.
import { noCoincidence } from '../../facts/contrast.ts';
import type { Exchange, Facts } from '../../facts/facts.ts';
import { checkDataPlanes } from '../../remedies/check-data-planes.ts';
import { defineCause, type Weighed } from '../cause.ts';

function nodeSeparates({ contrasts }: Pick<Facts, 'contrasts'>): readonly Weighed[] {
  return contrasts
    .filter((contrast) => contrast.dimension === 'node')
    .map((contrast) => ({
      weight: contrast.complete ? 5 : 3.8,
      says: `${contrast.figures}; ${noCoincidence(contrast)}.`,
      sighting: contrast.sighting,
    }));
}

function hashesDiffer({ nodes }: Pick<Facts, 'nodes'>): readonly Weighed[] {
  const planes = nodes.filter((node) => node.configHash !== undefined);
  const hashes = new Set(planes.map((node) => node.configHash));
  const odd =
    planes.find((node) => planes.filter((other) => other.configHash === node.configHash).length === 1) ?? planes[0];
  if (hashes.size < 2 || odd === undefined) return [];
  return [
    {
      weight: 4.6,
      says: `${planes.length} nodes have ${hashes.size} different configuration hashes.`,
      sighting: odd.sighting,
    },
  ];
}

function notNormal({ nodes }: Pick<Facts, 'nodes'>): readonly Weighed[] {
  return nodes
    .filter((node) => node.syncStatus !== undefined && !['normal', 'unknown'].includes(node.syncStatus))
    .map((node) => ({ weight: 4.2, says: `A data plane reports ${node.syncStatus}.`, sighting: node.sighting }));
}

/** The Admin API shows it, the node's cache does not: the words of people who compared. */
function cacheDisagrees({ statements }: Pick<Facts, 'statements'>): readonly Weighed[] {
  return statements
    .filter(({ text }) => /\/cache\b/.test(text) && /not contain|delete|clear|restart|stale|works/i.test(text))
    .map(({ sighting }) => ({
      weight: 3,
      says: 'The node’s cache differs from the database.',
      sighting,
      hearsay: true,
    }));
}

/** The same credential for the same path: one node refuses, another accepts. */
function nodesDisagree({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  const through = exchanges.filter(
    ({ answered, request }) => answered.by !== 'identity-provider' && request !== undefined,
  );
  return through
    .filter(
      ({ failed, response, answered }) =>
        failed && answered.by !== 'upstream' && [401, 403].includes(response?.status ?? 0),
    )
    .flatMap((refused) => {
      const secret = refused.request?.credentials[0]?.secret?.fingerprint;
      const accepted = through.find((other) => {
        const { failed, response, request } = other;
        return (
          !failed &&
          response !== undefined &&
          request?.path === refused.request?.path &&
          (request?.host !== refused.request?.host || promptOf(other) !== promptOf(refused)) &&
          secret !== undefined &&
          request?.credentials[0]?.secret?.fingerprint === secret
        );
      });
      return accepted === undefined
        ? []
        : [
            {
              weight: 5.4,
              says:
                refused.request?.host === accepted.request?.host
                  ? `${promptOf(refused)} refuses the same credential for the same path that ${promptOf(accepted)} accepts.`
                  : `${refused.request?.host} refuses the same credential that ${accepted.request?.host} accepts for the same path.`,
              sighting: refused.requestAt ?? refused.sighting,
            },
          ];
    });
}

/** The machine that a pasted command ran on, by its prompt: `gw2$ curl ...`. */
function promptOf({ requestAt }: Exchange): string | undefined {
  return /^\s*([\w.@:~-]{2,60})[$#%] ?curl\b/.exec(requestAt?.excerpt ?? '')?.[1];
}

/** Some nodes or workers hold other configuration or credentials than the rest. */
export const nodeOutOfSync = defineCause({
  name: 'node-out-of-sync',
  title: 'Some Kong nodes have other config',
  looksAt: ['contrasts', 'exchanges', 'nodes', 'statements'],
  signals: [nodeSeparates, hashesDiffer, notNormal, cacheDisagrees, nodesDisagree],
  yieldsTo: [],
  remedies: [checkDataPlanes],
  checks: ['Paste `/clustering/data-planes`, or the log with pod names.'],
  page: {
    what: 'Some nodes or workers hold other configuration or credentials than the rest.',
    why: 'A data plane lost its control plane, a cache was not invalidated, or changes have not arrived yet.',
    confirm: ['Compare config_hash of `/clustering/data-planes`, or ask each node’s Status API.'],
    fix: ['Reconnect or restart the stale node; drop its cache in traditional mode.'],
  },
  example: `{"data":[{"id":"a","hostname":"dp-1","config_hash":"0f1e2d3c4b5a69788796a5b4c3d2e1f0","last_seen":1795455473},{"id":"b","hostname":"dp-2","config_hash":"ffffffffffffffffffffffffffffffff","last_seen":1795455471}],"next":null}`,
});
