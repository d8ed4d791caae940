// Provide the value on every node.
import type { Facts } from '../facts/facts.ts';
import { shellWord } from './flavours/shell.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

const REFERENCE = /\{vault:\/\/([\w./-]{1,120})\}/;

/** What stands behind `vault://` in the first reference of the paste. */
function referenceIn(facts: Facts): string | undefined {
  const texts = [
    ...facts.entries.map((entry) => entry.text),
    ...facts.config.entities.map((entity) => JSON.stringify(entity.fields)),
    ...facts.config.settings.map((setting) => setting.value),
    ...facts.statements.map((statement) => statement.text),
  ];
  return texts.map((text) => REFERENCE.exec(text)?.[1]).find((path) => path !== undefined);
}

/** The variable that a reference of the env vault reads: its path in upper case with underscores. */
function variableOf(reference: string | undefined): string {
  const [vault, ...path] = (reference ?? '').split('/');
  const name = path[0]?.toUpperCase().replaceAll('-', '_');
  return vault === 'env' && name !== undefined && /^[A-Z_][A-Z0-9_]*$/.test(name)
    ? name
    : placeholder('VAULT_VARIABLE');
}

/** Provide the value on every node. */
export function setVaultReference(facts: Facts): RemedyDraft {
  const reference = referenceIn(facts);
  const variable = variableOf(reference);
  return completed(facts, {
    title: 'Provide the value on every node',
    risk: 'medium',
    note: 'For {vault://env/my-secret} the variable is MY_SECRET (a vault entity’s prefix config comes before it); it must be set in the environment of the process that runs Kong, and the field must be one that takes references. The call shows the value: not in a shared terminal.',
    changes: [],
    text: {
      'admin-api': `# on the node:\nkong vault get ${shellWord(reference ?? placeholder('VAULT_PATH'))}`,
      kubernetes: `# values of the Helm chart: the variable from a Secret\ncustomEnv:\n  ${variable.startsWith('<') ? 'my_secret' : variable.toLowerCase()}:\n    valueFrom:\n      secretKeyRef:\n        name: kong-secrets\n        key: value`,
      'kong-conf': `# in the environment of every node: ${variable}='${placeholder('SECRET')}'\n# then: kong reload`,
    },
  });
}
