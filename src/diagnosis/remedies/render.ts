// A remedy's draft in every flavour that can express it.
import { FLAVOURS, type Flavour } from '../names.ts';
import type { Change } from './change.ts';
import { adminApiSnippet } from './flavours/admin-api.ts';
import { deckSnippet } from './flavours/deck.ts';
import { kongConfSnippet } from './flavours/kong-conf.ts';
import { kubernetesSnippet } from './flavours/kubernetes.ts';
import type { RemedyDraft } from './remedy.ts';

const RENDERERS: Readonly<Record<Flavour, (change: Change) => string | undefined>> = {
  'admin-api': adminApiSnippet,
  deck: deckSnippet,
  kubernetes: kubernetesSnippet,
  'kong-conf': kongConfSnippet,
};

/** Snippets by flavour; a flavour that cannot express any of the changes is absent. */
export function renderSnippets(draft: RemedyDraft): { readonly [F in Flavour]?: string } {
  const snippets: { [F in Flavour]?: string } = {};
  for (const flavour of FLAVOURS) {
    const pieces = draft.changes.map(RENDERERS[flavour]).filter((piece) => piece !== undefined);
    const text = draft.text?.[flavour];
    const separator = flavour === 'deck' || flavour === 'kubernetes' ? '\n---\n' : '\n';
    const all = text === undefined ? pieces : [...pieces, text];
    if (all.length > 0) snippets[flavour] = all.join(separator);
  }
  return snippets;
}
