// A remedy's draft in every flavour that can express it, with a line for every placeholder that is left to fill.
import { FLAVOURS, type Flavour } from '../names.ts';
import type { Change } from './change.ts';
import { adminApiSnippet, LOCAL_ADMIN_API } from './flavours/admin-api.ts';
import { deckSnippet } from './flavours/deck.ts';
import { kongConfSnippet } from './flavours/kong-conf.ts';
import { kubernetesSnippet } from './flavours/kubernetes.ts';
import { explanationsOf, placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

type Renderer = (change: Change, adminUrl: string) => string | undefined;

const RENDERERS: Readonly<Record<Flavour, Renderer>> = {
  'admin-api': adminApiSnippet,
  deck: deckSnippet,
  kubernetes: kubernetesSnippet,
  'kong-conf': kongConfSnippet,
};

/** Snippets by flavour; a flavour that cannot express any of the changes is absent. */
export function renderSnippets(draft: RemedyDraft): { readonly [F in Flavour]?: string } {
  const snippets: { [F in Flavour]?: string } = {};
  for (const flavour of FLAVOURS) {
    const pieces = draft.changes
      .map((change) => RENDERERS[flavour](change, draft.adminUrl ?? LOCAL_ADMIN_API))
      .filter((piece) => piece !== undefined);
    const text = draft.text?.[flavour];
    const separator = flavour === 'deck' || flavour === 'kubernetes' ? '\n---\n' : '\n';
    const snippet = (text === undefined ? pieces : [...pieces, text]).join(separator);
    if (snippet !== '') snippets[flavour] = [...explanationsOf(snippet), snippet].join('\n');
  }
  return snippets;
}

const MARK = /\[[a-z-]{3,20} fp:[0-9a-f]{8}\]/g;

/**
 * A redacted snippet that can be pasted all the same: where a name equals a secret (user and password `admin`), its
 * mark would be a list to YAML and a pattern to curl, so it becomes a placeholder.
 */
export function pasteable(redacted: string): string {
  if (redacted.search(MARK) === -1) return redacted;
  const hidden = redacted.replace(MARK, placeholder('HIDDEN_VALUE'));
  return [...explanationsOf(placeholder('HIDDEN_VALUE')), hidden].join('\n');
}
