// The cases themselves: their form, and that none accepts what it forbids. Their renderings: test/render.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { CAUSE_NAMES } from '../src/diagnosis/names.ts';
import { readCases } from './eval/case.ts';

const cases = readCases(join(import.meta.dirname, 'cases'));

test('ids are unique and no case accepts what it forbids', () => {
  assert.equal(new Set(cases.map((one) => one.id)).size, cases.length);
  for (const one of cases) assert.ok(!one.causes.some((cause) => one.must_not.includes(cause)), one.id);
  assert.ok(CAUSE_NAMES.length === 50);
});
