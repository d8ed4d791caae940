// Every call of the Admin API that a remedy shows exists in Kong's OpenAPI, and its body has known fields of the right type.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { adminOpenApi, noOpenApi } from '../../support/openapi.ts';
import { type AdminCall, adminCall, bareRemedies, caseRemedies, run, type Shown } from './material.ts';

suite('calls of the Admin API', { skip: noOpenApi }, () => {
  function fault({ method, path, body }: AdminCall): string | undefined {
    return adminOpenApi()?.requestFault({ method, path: path.replace(/^\/<WORKSPACE>(?=\/)/, ''), body });
  }

  function callsOf(shown: Shown): readonly AdminCall[] {
    return run(shown.snippets['admin-api'] ?? '').commands.flatMap((words) => adminCall(words) ?? []);
  }

  test('an invented path, method or field is noticed', () => {
    assert.ok(fault({ method: 'PATCH', path: '/routes/x', body: { no_such_field: true } }) !== undefined);
    assert.ok(fault({ method: 'PATCH', path: '/routes/x', body: { preserve_host: 'yes' } }) !== undefined);
    assert.ok(fault({ method: 'PUT', path: '/cache' }) !== undefined);
    assert.equal(fault({ method: 'PATCH', path: '/routes/x', body: { preserve_host: true } }), undefined);
  });

  test('of bare facts', () => {
    const calls = [undefined, '3.4.3', '3.15.0.1'].flatMap((version) => bareRemedies(version).flatMap(callsOf));
    for (const call of calls) assert.equal(fault(call), undefined);
    assert.ok(calls.length > 100, `only ${calls.length} calls`);
  });

  test('of every case', async () => {
    let looked = 0;
    for (const shown of await caseRemedies()) {
      for (const call of callsOf(shown)) {
        assert.equal(fault(call), undefined, `${shown.from}, ${shown.title}`);
        looked++;
      }
    }
    assert.ok(looked > 100, `only ${looked} calls`);
  });
});
