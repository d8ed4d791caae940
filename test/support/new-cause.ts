// `npm run new-cause NAME [HOP]`: the file, the line in the index, the name and two case stubs. npm test then says what is missing.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CAUSES_BY_HOP, HOPS, type Hop } from '../../src/diagnosis/names.ts';

/** The hop that a name suggests, by the prefixes that the causes share. */
export function hopSuggested(name: string): Hop {
  if (/^(?:oidc|idp)-/.test(name)) return 'kong-idp';
  if (name.startsWith('upstream-')) return 'kong-upstream';
  return /^(?:config|node|admin-api|vault)-/.test(name) ? 'platform' : 'client-kong';
}

/**
 * Writes a new cause into a checkout.
 * @param root its folder
 * @returns the files written or changed, relative to root
 * @throws TypeError when the name is no kebab-case of two to five words or is taken
 */
export function newCause(root: string, name: string, hop: Hop): readonly string[] {
  if (!/^[a-z]+(?:-[a-z0-9]+){1,4}$/.test(name))
    throw new TypeError(`${name} is no kebab-case name of two words or more.`);
  const file = `src/diagnosis/causes/${hop}/${name}.ts`;
  if (HOPS.some((one) => existsSync(join(root, `src/diagnosis/causes/${one}/${name}.ts`))))
    throw new TypeError(`${name} is there already.`);
  const variable = name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  writeFileSync(join(root, file), causeFile(name, variable));
  const changed = [
    change(root, 'src/diagnosis/names.ts', (text) => insertLast(text, entriesOf(text, `${hop}`), `    '${name}',`)),
    change(root, 'src/diagnosis/causes/index.ts', (text) => withCause(text, name, variable, hop)),
  ];
  const cases = [`${name}-first`, `${name}-beside-a-neighbour`].map((id, at) => {
    const path = `test/cases/constructed/${id}.yaml`;
    writeFileSync(join(root, path), caseFile(id, name, at === 0));
    return path;
  });
  return [file, ...changed, ...cases];
}

function change(root: string, path: string, edit: (text: string) => string): string {
  const before = readFileSync(join(root, path), 'utf8');
  writeFileSync(join(root, path), edit(before));
  return path;
}

/** Start and end of the list of a hop in names.ts. */
function entriesOf(text: string, hop: string): readonly [number, number] {
  const key = hop.includes('-') ? `  '${hop}': [` : `  ${hop}: [`;
  const start = text.indexOf(key);
  const end = text.indexOf('\n  ],', start);
  if (start === -1 || end === -1) throw new TypeError(`names.ts has no list for ${hop}.`);
  return [start, end];
}

function insertLast(text: string, [, end]: readonly [number, number], line: string): string {
  return `${text.slice(0, end)}\n${line}${text.slice(end)}`;
}

/** The import after the hop's others, and the entry after the hop's last cause, so that the order of the hops stays. */
function withCause(text: string, name: string, variable: string, hop: Hop): string {
  const imports = [...text.matchAll(/^import \{ \w+ \} from '\.\/([a-z-]+)\/([a-z0-9-]+)\.ts';$/gm)];
  const after = imports.filter(([, folder, file]) => folder === hop && (file ?? '') < name).at(-1);
  const line = `import { ${variable} } from './${hop}/${name}.ts';\n`;
  const first = imports.find(([, folder]) => folder === hop)?.index ?? 0;
  const at = after === undefined ? first : after.index + after[0].length + 1;
  const imported = text.slice(0, at) + line + text.slice(at);
  const last = `  '${CAUSES_BY_HOP[hop].at(-1)}': `;
  const entry = imported.indexOf(last);
  const end = imported.indexOf('\n', entry) + 1;
  if (entry === -1) throw new TypeError(`causes/index.ts has no entry${last}`);
  return `${imported.slice(0, end)}  '${name}': ${variable},\n${imported.slice(end)}`;
}

function causeFile(name: string, variable: string): string {
  return `// The signals, remedies and page of ${name}.
import type { Facts } from '../../facts/facts.ts';
import { raiseLogLevel } from '../../remedies/raise-log-level.ts';
import { defineCause, type Weighed } from '../cause.ts';

/** Names what speaks for the cause; copy a neighbour's signal. */
function signal({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return exchanges.length === 0 ? [] : [];
}

/** See its page. */
export const ${variable} = defineCause({
  name: '${name}',
  title: '',
  looksAt: ['exchanges'],
  signals: [signal],
  yieldsTo: [],
  remedies: [raiseLogLevel],
  checks: [],
  page: { what: '', why: '', confirm: [], fix: [] },
  example: '',
});
`;
}

function caseFile(id: string, name: string, wins: boolean): string {
  return `id: ${id}
source: constructed
kind: mixed
input: |
  Replace this by a paste that ${wins ? `only ${name} explains` : `looks like a neighbouring cause and is ${name}`}.
causes: [${name}]
must_not: []
why: ""
remedy: ""
`;
}

if (import.meta.main) {
  const [name, hop = hopSuggested(name ?? '')] = process.argv.slice(2);
  const known = HOPS.find((one) => one === hop);
  if (name === undefined || known === undefined) {
    console.error(`npm run new-cause NAME [${HOPS.join('|')}]`);
    process.exitCode = 2;
  } else {
    for (const path of newCause(join(import.meta.dirname, '../..'), name, known)) console.log(path);
    console.log('npm test says what is missing.');
  }
}
