// The matcher finds every phrase in its own words, respects its context, and stays linear.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALL_PHRASES } from '../../../src/diagnosis/phrasebook/index.ts';
import { compilePhrases, MATCHES_KEPT, type PhraseContext } from '../../../src/diagnosis/phrasebook/matcher.ts';
import type { Phrase } from '../../../src/diagnosis/phrasebook/phrase.ts';

const matcher = compilePhrases(ALL_PHRASES);
const GAP = /\{(?:(?!:\/\/)[^{}"\n]){1,60}\}/g;

function contextOf(phrase: Phrase): PhraseContext {
  switch (phrase.where) {
    case 'response-body':
    case 'oauth-error':
      return { where: 'response-body' };
    case 'response-header':
      return { where: 'response-header' };
    case 'error-log':
    case 'cli-output':
      return { where: 'error-log' };
    case 'anywhere':
      return { where: 'said' };
  }
}

test('every phrase is found in its own words, gaps filled', () => {
  const missing = ALL_PHRASES.filter((phrase) => {
    const text = phrase.text.replace(GAP, (gap) => (/^\{\W/.test(gap) ? ': x' : 'x'));
    const literal = phrase.text.replace(GAP, '');
    // Of two phrases one of which contains the other, the longer one wins.
    const found = matcher.find(text, contextOf(phrase));
    return (
      literal.length >= 6 &&
      !found.some((match) => match.phrase === phrase || match.phrase.text.length >= phrase.text.length)
    );
  });
  assert.deepEqual(
    missing.map((phrase) => `${phrase.component}: ${phrase.text}`),
    [],
  );
});

test('a short text must be the whole message', () => {
  const causes = (text: string) =>
    matcher.find(text, { where: 'response-body', status: 401 }).filter((match) => match.phrase.whole).length;
  assert.ok(causes('Unauthorized') > 0);
  assert.ok(causes('Unauthorized.') > 0);
  assert.equal(causes('The user is unauthorized to see this'), 0);
});

test('a known component silences other plugins', () => {
  const found = matcher.find('Unauthorized', {
    where: 'response-body',
    status: 401,
    component: 'key-auth',
    version: [3, 9],
  });
  assert.deepEqual([...new Set(found.map((match) => match.phrase.component))], ['key-auth']);
});

test('a version outside the range silences a phrase', () => {
  const at = (version: readonly number[]) =>
    matcher
      .find('Invalid authentication credentials', {
        where: 'response-body',
        status: 401,
        component: 'key-auth',
        version,
      })
      .filter((match) => match.phrase.component === 'key-auth').length;
  assert.equal(at([3, 9]), 0);
  assert.ok(at([3, 4]) > 0);
});

test('an AADSTS code is a word of its own', () => {
  const codes = matcher
    .find('AADSTS7000215: Invalid client secret provided.', { where: 'error-log' })
    .map((match) => match.phrase.text);
  assert.ok(codes.includes('AADSTS7000215'));
  assert.ok(!codes.includes('AADSTS70002'));
});

test('hostile repetition of a phrase is cut off at the kept matches', () => {
  const found = matcher.find("no credentials found for given 'iss' ".repeat(20_000), {
    where: 'response-body',
    status: 401,
  });
  assert.ok(found.length > 0 && found.length <= MATCHES_KEPT, `${found.length} matches`);
});
