// An inspection as plain text, for a terminal or a file: what it is, what runs on it in which order, and the diagnosis where there is one.
import { styleText } from 'node:util';
import type {
  CredentialSeen,
  EntityInspection,
  EntitySeen,
  Inspection,
  PluginSeen,
  PluginsSeen,
  StatusInspection,
} from '../kong/inspection.ts';
import { renderText } from './text.ts';
import { visible, wrap } from './wrap.ts';

/** Rows of one list; the rest is counted, and whole with --format json. */
const ROWS = 30;
/** Shown as the heading, or of no use to a reader. */
const LEFT_OUT = new Set(['id', 'name', 'username', 'created_at', 'updated_at', 'service', 'route', 'consumer']);

export interface TextOptions {
  readonly colour: boolean;
  readonly width: number;
}

type Heading = (text: string) => string;

/** Renders an inspection as text that ends with a line break. */
export function inspectionText(inspection: Inspection, terminal: TextOptions): string {
  const heading: Heading = (text) => (terminal.colour ? styleText('bold', text, { validateStream: false }) : text);
  const blocks =
    inspection.inspected === 'status' ? statusBlocks(inspection, heading) : entityBlocks(inspection, heading);
  const notes = inspection.notes.map((note) => wrap(note, terminal.width, '  - ', '    '));
  return `${[...blocks, list(heading('Notes'), notes), ...diagnosisBlocks(inspection, terminal, heading)]
    .filter((block) => block !== '')
    .join('\n\n')}\n`;
}

function diagnosisBlocks(
  { diagnosis, inspected }: Inspection,
  { colour, width }: TextOptions,
  heading: Heading,
): readonly string[] {
  if (diagnosis.findings.length > 0) {
    // Nobody pasted anything, so no secret has to be rotated for having been shown.
    const text = renderText({ ...diagnosis, secrets: [] }, { flavour: 'admin-api', colour, width });
    return [`${heading('What may be wrong')}\n${text.trimEnd()}`];
  }
  const what = inspected === 'status' ? 'the status' : 'this configuration';
  return [wrap(`No known cause of 400, 401 or 403 shows in ${what} alone.`, width, '')];
}

function entityBlocks(inspection: EntityInspection, heading: Heading): readonly string[] {
  const { inspected, entities, related, plugins, credentials, match } = inspection;
  return [
    ...(match === undefined ? [] : [list(heading(visible(match.headline)), match.why.map(line))]),
    ...entities.map((entity) => entityBlock(inspected, entity, heading)),
    list(
      heading('Belongs together with'),
      related.map(({ type, name }) => line(`${type} ${name}`)),
    ),
    ...(plugins === undefined ? [] : pluginBlocks(plugins, heading)),
    list(heading('Credentials'), credentials.map(credentialLine)),
  ];
}

function entityBlock(inspected: string, { id, name, scope, fields }: EntitySeen, heading: Heading): string {
  const where = scope === undefined ? '' : `, on ${scope}`;
  return list(heading(visible(`${inspected} ${name ?? id ?? ''}${where}`)), [
    ...(id === undefined ? [] : [line(`id: ${id}`)]),
    ...Object.entries(fields).flatMap(([field, value]) => (LEFT_OUT.has(field) ? [] : fieldLines(field, value))),
  ]);
}

function fieldLines(field: string, value: unknown): readonly string[] {
  if (value === null || value === undefined) return [];
  if (typeof value === 'object' && !Array.isArray(value))
    return Object.entries(value).flatMap(([inner, deeper]) => fieldLines(`${field}.${inner}`, deeper));
  return [line(`${field}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)];
}

function pluginBlocks({ running, sometimes, replaced }: PluginsSeen, heading: Heading): readonly string[] {
  return [
    running.length === 0
      ? 'No plugin is sure to run here.'
      : list(
          heading('Plugins, in execution order'),
          running.map((plugin, at) => pluginLine(`${at + 1}. `, plugin)),
        ),
    list(
      heading('Only for some requests'),
      sometimes.map((plugin) => pluginLine('', plugin)),
    ),
    list(
      heading('Left out for a more specific one'),
      replaced.map((plugin) => pluginLine('', plugin)),
    ),
  ];
}

function pluginLine(lead: string, { name, id, priority, scope }: PluginSeen): string {
  return line(`${lead}${name} (priority ${priority}), on ${scope}${id === undefined ? '' : `, id ${id}`}`);
}

function credentialLine({ type, identifier, fingerprint }: CredentialSeen): string {
  return line(`${type} ${identifier}${fingerprint === undefined ? '' : `, secret ${fingerprint}`}`);
}

function statusBlocks({ node, upstreams, dataPlanes }: StatusInspection, heading: Heading): readonly string[] {
  const reachable =
    node.databaseReachable === undefined ? '' : node.databaseReachable ? ', reachable' : ', not reachable';
  const database = node.database === 'off' ? 'none (DB-less)' : `${node.database ?? 'unknown'}${reachable}`;
  const told = (name: string, value: string | undefined) => (value === undefined ? [] : [line(`${name}: ${value}`)]);
  return [
    list(
      heading(
        visible(`Kong ${node.version ?? 'of unknown version'}${node.edition === undefined ? '' : `, ${node.edition}`}`),
      ),
      [
        ...told('node', node.hostname),
        ...told('id', node.id),
        ...told('role', node.role),
        line(`database: ${database}`),
        ...told('configuration hash', node.configurationHash),
        ...node.workers.map(({ pid, memory }) => line(`worker ${pid}: ${memory} of Lua memory`)),
      ],
    ),
    list(
      heading('Upstreams'),
      upstreams.flatMap(({ name, targets }) =>
        targets.length === 0
          ? [line(`${name}: no targets`)]
          : targets.map(({ target, health }) => line(`${name} ${target}: ${health}`)),
      ),
    ),
    list(
      heading('Data planes'),
      (dataPlanes ?? []).map(({ hostname, version, configurationHash, syncStatus, lastSeen }) =>
        line(
          [
            `${hostname}: ${version ?? 'unknown version'}`,
            syncStatus,
            configurationHash === undefined ? undefined : `config ${configurationHash}`,
            lastSeen === undefined ? undefined : `last seen ${lastSeen}`,
          ]
            .filter((part) => part !== undefined)
            .join(', '),
        ),
      ),
    ),
  ];
}

/** One line of a list, whatever the text holds. */
function line(text: string): string {
  return `  ${visible(text).replace(/\s+/g, ' ')}`;
}

function list(heading: string, rows: readonly string[]): string {
  if (rows.length === 0) return '';
  const more = rows.length > ROWS ? [`  ${rows.length - ROWS} more with --format json.`] : [];
  return [heading, ...rows.slice(0, ROWS), ...more].join('\n');
}
