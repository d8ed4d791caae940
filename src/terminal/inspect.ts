// kongauth inspect: the configured gateway's status, or one entity with what runs on it and what is wrong with it.
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { KongauthError } from '../errors.ts';
import { AdminClient } from '../kong/client.ts';
import { gatewayNamed } from '../kong/gateways.ts';
import { inspectEntity } from '../kong/inspect.ts';
import { INSPECTED, type Inspected, type Inspection } from '../kong/inspection.ts';
import { inspectStatus } from '../kong/status.ts';
import { inspectionText } from '../render/inspection-text.ts';
import { toJson } from '../render/json.ts';
import { readTerminalSettings } from '../settings.ts';
import type { Terminal } from './arguments.ts';
import { progressOf } from './progress.ts';

interface InspectArguments {
  readonly what: 'status' | { readonly inspected: Inspected; readonly name: string };
  readonly json: boolean;
  readonly gateway: string | undefined;
}

function parse(args: readonly string[]): InspectArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { format: { type: 'string', default: 'text' }, gateway: { type: 'string' } },
  });
  if (values.format !== 'text' && values.format !== 'json')
    throw new KongauthError('usage', '--format of inspect is text or json.');
  const shared = { json: values.format === 'json', gateway: values.gateway };
  const [verb, name, ...rest] = positionals;
  if (verb === 'status' && name === undefined) return { what: 'status', ...shared };
  const inspected = INSPECTED.find((known) => known === verb);
  // A method before an address is a word of its own.
  const isMethod = rest.length === 1 && /^[A-Za-z]{3,10}$/.test(name ?? '');
  if (inspected === undefined || name === undefined || (rest.length > 0 && !isMethod))
    throw new KongauthError(
      'usage',
      `inspect takes status, or one of ${INSPECTED.join(', ')} and one name or id; for route and service also the address of a failing request.`,
    );
  return { what: { inspected, name: [name, ...rest].join(' ') }, ...shared };
}

/** Runs the subcommand; the exit status. Throws KongauthError for usage, settings and what the gateway refuses. */
export async function runInspect(args: readonly string[], terminal: Terminal): Promise<number> {
  const { what, json, gateway } = parse(args);
  const progress = progressOf(terminal, undefined);
  const client = new AdminClient(gatewayNamed(readTerminalSettings(process.env).gateways, gateway), {
    watch: progress.count,
  });
  const options = { key: randomBytes(32), now: terminal.now() };
  let inspection: Inspection;
  try {
    inspection =
      what === 'status'
        ? await inspectStatus(client, options)
        : await inspectEntity(client, what.inspected, what.name, options);
  } finally {
    progress.end();
    await client.close();
  }
  terminal.out(json ? jsonOf(inspection) : inspectionText(inspection, terminal));
  return 0;
}

function jsonOf(inspection: Inspection): string {
  return `${JSON.stringify({ version: 1, ...inspection, diagnosis: toJson(inspection.diagnosis) }, null, 2)}\n`;
}
