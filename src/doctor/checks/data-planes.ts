// data-planes: whether every data plane has the configuration of its control plane, is connected, and is of its version.
import { compareVersions, parseVersion } from '../../diagnosis/versions.ts';
import type { RawEntity } from '../../kong/snapshot.ts';
import type { Check, Subject } from '../check.ts';
import { listed } from '../gateway-map.ts';
import { GATEWAY, Results } from '../results.ts';

const NAME = 'data-planes';
/** A data plane calls every 30 seconds; three calls may be lost. */
const SILENT = 120_000;
const EMPTY = /^0{32}$/;

export const dataPlanes: Check = {
  name: NAME,
  title: 'Data planes in step',
  run({ gateway, now }) {
    const results = new Results(NAME);
    const { root } = gateway;
    const isControlPlane = root.configuration?.role === 'control_plane';
    const planes = gateway.dataPlanes;
    if (planes === undefined) {
      if (isControlPlane) results.couldNotLook(GATEWAY, 'The control plane does not tell of its data planes.');
      return results.all(undefined);
    }
    if (planes.length === 0 && isControlPlane)
      results.couldNotLook(
        GATEWAY,
        'The control plane knows of no data plane: none has connected to it.',
        'Check cluster_control_plane and the certificates of the data planes, and their error logs.',
      );
    const connected = planes.filter((plane) => now - lastSeen(plane) <= SILENT);
    const expected = commonest(
      connected.map(({ config_hash }) => String(config_hash ?? '')).filter((hash) => !EMPTY.test(hash)),
    );
    for (const plane of planes)
      lookAt(plane, { expected, now, version: root.version, count: connected.length }, results);
    return results.all(
      planes.length === 0
        ? undefined
        : `${planes.length} data planes are connected and have the same configuration and version.`,
    );
  },
};

interface Around {
  readonly expected: string | undefined;
  readonly now: number;
  readonly version: string | undefined;
  readonly count: number;
}

function lastSeen({ last_seen }: RawEntity): number {
  return typeof last_seen === 'number' ? last_seen * 1000 : Number.NaN;
}

function commonest(hashes: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const hash of hashes) if (hash !== '') counts.set(hash, (counts.get(hash) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0];
}

function lookAt(plane: RawEntity, { expected, now, version, count }: Around, results: Results): void {
  const name = String(plane.hostname ?? plane.id ?? 'unnamed');
  const subject: Subject = {
    type: 'gateway',
    name: `data plane ${name}`,
    ...(typeof plane.id === 'string' ? { id: plane.id } : {}),
  };
  const seen = lastSeen(plane);
  const hash = String(plane.config_hash ?? '');
  if (Number.isNaN(seen)) results.couldNotLook(subject, 'The control plane does not say when it last saw it.');
  else if (now - seen > SILENT) {
    results.failed(
      subject,
      `It was last seen on ${new Date(seen).toISOString().slice(0, 16).replace('T', ' at ')} UTC: it answers with the configuration of that time, or is gone.`,
      'Look for `control plane` in its error log; a node that was removed disappears from the list by itself.',
      'node-out-of-sync',
    );
    return;
  }
  const status = String(plane.sync_status ?? 'normal');
  if (status !== 'normal' && status !== 'unknown')
    results.failed(
      subject,
      `Its configuration is not in step: sync_status is ${status}.`,
      'Compare its version and plugins with the control plane, and look for `unable to update running config` in its error log.',
      'node-out-of-sync',
    );
  else if (EMPTY.test(hash))
    results.failed(
      subject,
      'It has no configuration yet: its config_hash is all zeros.',
      'Look for `control plane` in its error log.',
      'node-out-of-sync',
    );
  else if (expected !== undefined && hash !== '' && hash !== expected && count > 1)
    results.failed(
      subject,
      `Its config_hash ${hash.slice(0, 8)} is another than that of most data planes (${expected.slice(0, 8)}).`,
      'Ask again in a minute; if it stays, restart that data plane and look into its error log.',
      'node-out-of-sync',
    );
  lookAtVersion(plane, version, subject, results);
}

function lookAtVersion(plane: RawEntity, version: string | undefined, subject: Subject, results: Results): void {
  const [own, control] = [parseVersion(String(plane.version ?? '')), parseVersion(version ?? '')];
  if (own === undefined || control === undefined) return;
  const order = compareVersions(own.slice(0, 2), control.slice(0, 2));
  if (order === 0) return;
  const said = `It runs ${listed([own.join('.')])}, its control plane ${control.join('.')}`;
  results.failed(
    subject,
    order > 0
      ? `${said}: a control plane cannot serve newer data planes.`
      : `${said}: fields that it does not know are left out of what it gets, so plugins may do other things there.`,
    order > 0 ? 'Upgrade the control plane first.' : 'Upgrade the data plane to the version of the control plane.',
    'node-out-of-sync',
  );
}
