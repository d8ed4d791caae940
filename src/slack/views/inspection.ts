// An inspection as a message: what it is, what runs on it in which order and why, credentials, and what is wrong. Pure.
import type { Finding } from '../../diagnosis/diagnosis.ts';
import type {
  CredentialSeen,
  EntityInspection,
  EntitySeen,
  Inspection,
  PluginSeen,
  StatusInspection,
} from '../../kong/inspection.ts';
import { toJson } from '../../render/json.ts';
import { percent, snippetOf } from '../../render/sentences.ts';
import { type Block, context, cutAtLine, preformatted, section, withinLimits } from '../../render/slack-blocks.ts';
import {
  type SlackSafe,
  safeBold,
  safeCut,
  safeFence,
  safeLines,
  safeRaw,
  safeSentence,
} from '../../render/slack-safe.ts';
import type { OutMessage } from '../post.ts';

/** Rows of one list; a message is read in a channel, and the file has the rest. */
const ROWS = 15;
const LINE = 300;
const SNIPPET = 2000;
const TEXT = 3800;
/** Shown as the heading, or of no use to a reader. */
const LEFT_OUT = new Set(['id', 'name', 'username', 'created_at', 'updated_at', 'service', 'route', 'consumer']);

export interface InspectionParts {
  readonly inspection: Inspection;
  readonly gateway: string;
  /** When it was read, ms since 1970. */
  readonly at: number;
}

/** A heading with lines below it, or text that nothing is read from. */
interface Group {
  readonly heading?: string;
  readonly lines: readonly string[];
  readonly isRaw?: boolean;
}

/** The message as a channel may see it; with a file where something does not fit. */
export function inspectionMessage({ inspection, gateway, at }: InspectionParts): OutMessage {
  const groups = inspection.inspected === 'status' ? statusGroups(inspection) : entityGroups(inspection);
  const shown = groups.filter(({ lines }) => lines.length > 0);
  const read = `Read from the gateway ${gateway} at ${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC.`;
  const [best] = inspection.diagnosis.findings;
  const notes = inspection.notes.slice(0, 8).map((note) => safeSentence(note));
  const blocks = [
    context(safeSentence(read)),
    ...shown.flatMap(blocksOf),
    ...(best === undefined ? [section(nothingWrong(inspection))] : findingBlocks(best)),
    ...(notes.length === 0 ? [] : [context(safeLines(...notes))]),
  ];
  const fitted = withinLimits(blocks);
  const isWhole =
    !fitted.cut && shown.every(({ lines }) => lines.length <= ROWS) && notes.length === inspection.notes.length;
  const text = safeCut(
    safeLines(
      safeSentence(read),
      ...shown.map(textOf),
      best === undefined ? nothingWrong(inspection) : findingText(best),
      ...notes,
    ),
    TEXT,
  );
  return { text, plain: fitted.blocks, ...(isWhole ? {} : { file: fileOf(inspection) }) };
}

function fileOf(inspection: Inspection): NonNullable<OutMessage['file']> {
  const whole = { version: 1, ...inspection, diagnosis: toJson(inspection.diagnosis) };
  return { name: `kongauth-inspect-${inspection.inspected}.json`, content: `${JSON.stringify(whole, null, 2)}\n` };
}

function blocksOf({ heading, lines, isRaw = false }: Group): readonly Block[] {
  const head = heading === undefined ? undefined : safeBold(heading);
  if (isRaw) return [...(head === undefined ? [] : [section(head)]), preformatted(rowsOf(lines).join('\n'))];
  return [section(safeLines(head, ...rowsOf(lines).map(safeSentence)))];
}

function textOf({ heading, lines, isRaw = false }: Group): SlackSafe {
  const head = heading === undefined ? undefined : safeBold(heading);
  return safeLines(head, ...(isRaw ? [safeFence(rowsOf(lines).join('\n'))] : rowsOf(lines).map(safeSentence)));
}

function rowsOf(lines: readonly string[]): readonly string[] {
  const rows = lines.slice(0, ROWS).map((line) => (line.length <= LINE ? line : `${line.slice(0, LINE - 1)}…`));
  return lines.length <= ROWS ? rows : [...rows, `… and ${lines.length - ROWS} more.`];
}

function entityGroups(inspection: EntityInspection): readonly Group[] {
  const { inspected, entities, related, plugins, credentials, match } = inspection;
  return [
    ...(match === undefined ? [] : [{ heading: match.headline, lines: match.why.map(bullet) }]),
    ...entities.flatMap((entity) => entityGroup(inspected, entity)),
    {
      lines:
        related.length === 0
          ? []
          : [`Belongs together with ${related.map(({ type, name }) => `${type} \`${tick(name)}\``).join(', ')}.`],
    },
    ...(plugins === undefined
      ? []
      : [
          plugins.running.length === 0
            ? { lines: ['No plugin is sure to run here.'] }
            : {
                heading: 'Plugins, in execution order',
                lines: plugins.running.map((plugin, index) => `${index + 1}. ${pluginLine(plugin)}`),
              },
          { heading: 'Only for some requests', lines: plugins.sometimes.map((plugin) => bullet(pluginLine(plugin))) },
          {
            heading: 'Left out for a more specific one',
            lines: plugins.replaced.map((plugin) => bullet(pluginLine(plugin))),
          },
        ]),
    { heading: 'Credentials', lines: credentials.map((credential) => bullet(credentialLine(credential))) },
  ];
}

function entityGroup(inspected: string, { id, name, scope, fields }: EntitySeen): readonly Group[] {
  const heading = `${inspected} ${name ?? id ?? ''}${scope === undefined ? '' : `, on ${scope}`}`;
  const rows = Object.entries(fields).flatMap(([field, value]) => (LEFT_OUT.has(field) ? [] : fieldRows(field, value)));
  return [{ heading, isRaw: true, lines: [...(id === undefined ? [] : [`id: ${id}`]), ...rows] }];
}

function fieldRows(field: string, value: unknown): readonly string[] {
  if (value === null || value === undefined) return [];
  if (typeof value === 'object' && !Array.isArray(value))
    return Object.entries(value).flatMap(([inner, deeper]) => fieldRows(`${field}.${inner}`, deeper));
  return [`${field}: ${typeof value === 'string' ? value : JSON.stringify(value)}`.replace(/\s+/g, ' ')];
}

function pluginLine({ name, id, priority, scope }: PluginSeen): string {
  return `\`${tick(name)}\` (priority ${priority}), on ${scope}${id === undefined ? '' : `, id \`${tick(id)}\``}`;
}

function credentialLine({ type, identifier, fingerprint }: CredentialSeen): string {
  return `${type} \`${tick(identifier)}\`${fingerprint === undefined ? '' : `, secret ${fingerprint}`}`;
}

function statusGroups({ node, upstreams, dataPlanes }: StatusInspection): readonly Group[] {
  const told = (name: string, value: string | undefined) => (value === undefined ? [] : [bullet(`${name}: ${value}`)]);
  return [
    {
      heading: headlineOf(node),
      lines: [
        ...told('node', node.hostname),
        ...told('role', node.role),
        ...told('database', databaseOf(node)),
        ...told('configuration hash', node.configurationHash),
        ...node.workers.map(({ pid, memory }) => bullet(`worker ${pid}: ${memory} of Lua memory`)),
      ],
    },
    {
      heading: 'Upstreams',
      lines: upstreams.flatMap(({ name, targets }) =>
        targets.length === 0
          ? [bullet(`\`${tick(name)}\`: no targets`)]
          : targets.map(({ target, health }) => bullet(`\`${tick(name)}\` ${target}: ${health}`)),
      ),
    },
    {
      heading: 'Data planes',
      lines: (dataPlanes ?? []).map(({ hostname, version, configurationHash, syncStatus, lastSeen }) =>
        bullet(
          [
            `\`${tick(hostname)}\`: ${version ?? 'unknown version'}`,
            ...(syncStatus === undefined ? [] : [syncStatus]),
            ...(configurationHash === undefined ? [] : [`config ${configurationHash}`]),
            ...(lastSeen === undefined ? [] : [`last seen ${lastSeen.slice(0, 19).replace('T', ' ')} UTC`]),
          ].join(', '),
        ),
      ),
    },
  ];
}

/** `Kong 3.9.3, community`. */
export function headlineOf({ version, edition }: StatusInspection['node']): string {
  if (version === undefined) return 'A gateway that tells no version';
  return `Kong ${version}${edition === undefined ? '' : `, ${edition}`}`;
}

/** Undefined where the node tells nothing of it. */
export function databaseOf({ database, databaseReachable }: StatusInspection['node']): string | undefined {
  if (database === 'off') return 'none (DB-less)';
  if (database === undefined && databaseReachable === undefined) return undefined;
  const reachable = databaseReachable === undefined ? '' : databaseReachable ? ', reachable' : ', not reachable';
  return `${database ?? 'unknown'}${reachable}`;
}

function findingBlocks(finding: Finding): readonly Block[] {
  const [remedy] = finding.remedies;
  const [evidence] = finding.evidence;
  const snippet = remedy === undefined ? undefined : snippetOf(remedy, 'admin-api');
  return [
    section(safeLines(findingHead(finding), safeSentence(finding.explanation))),
    ...(evidence === undefined
      ? []
      : [
          context(safeSentence(`${evidence.source}:${evidence.line}: ${evidence.says}`)),
          preformatted(safeRaw(evidence.excerpt).slice(0, 400)),
        ]),
    ...(remedy === undefined
      ? []
      : [
          section(
            safeLines(
              `*Do:* ${safeSentence(remedy.title)} (risk ${remedy.risk})` as SlackSafe,
              safeSentence(remedy.note),
            ),
          ),
        ]),
    ...(snippet === undefined ? [] : [preformatted(cutAtLine(snippet.text, SNIPPET))]),
  ];
}

function findingHead(finding: Finding): SlackSafe {
  return `${safeBold(`What may be wrong: ${finding.title}`)} (${finding.cause}, ${percent(finding.confidence)} sure)` as SlackSafe;
}

function findingText(finding: Finding): SlackSafe {
  const [remedy] = finding.remedies;
  const snippet = remedy === undefined ? undefined : snippetOf(remedy, 'admin-api');
  return safeLines(
    findingHead(finding),
    safeSentence(finding.explanation),
    remedy === undefined ? undefined : safeSentence(`Do: ${remedy.title} (risk ${remedy.risk}).`),
    snippet === undefined ? undefined : safeFence(cutAtLine(snippet.text, 1200)),
  );
}

function nothingWrong({ inspected }: Inspection): SlackSafe {
  const what = inspected === 'status' ? 'the status' : 'this configuration';
  return safeSentence(`No known cause of 400, 401 or 403 shows in ${what} alone.`);
}

function bullet(line: string): string {
  return `• ${line}`;
}

/** A name within backticks. */
function tick(name: string): string {
  return name.replaceAll('`', "'");
}
