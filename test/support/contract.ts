// The keys and types of `--format json`, written down from the contract by hand: a check beside the program's own schema.
import assert from 'node:assert/strict';

type Json = Readonly<Record<string, unknown>>;
const LAYERS = ['client-kong', 'kong-idp', 'kong-upstream', 'platform'];
const FLAVOURS = ['admin-api', 'deck', 'kubernetes', 'kong-conf'];

/** Fails when a value is not a diagnosis of version 1. */
export function assertContract(value: unknown, label: string): void {
  const top = keysOf(value, ['version', 'summary', 'findings', 'inputs', 'traffic', 'secrets', 'ask'], [], label);
  assert.equal(top.version, 1, label);
  sentence(top.summary, label);
  const findings = listOf(top.findings);
  for (const item of findings) finding(item, label);
  const confidences = findings.map((item) => (item as { confidence: number }).confidence);
  assert.deepEqual(
    confidences,
    [...confidences].sort((one, other) => other - one),
    `${label}: best first`,
  );
  if (findings.length === 0) assert.ok(listOf(top.ask).length > 0, `${label}: neither a finding nor an ask`);
  for (const item of listOf(top.inputs)) {
    const input = keysOf(item, ['source', 'kind', 'lines', 'recognised'], [], label);
    assert.ok(Number(input.recognised) <= Number(input.lines), `${label}: more recognised than there are lines`);
  }
  const traffic = keysOf(top.traffic, ['requests', 'failed', 'byStatus'], ['from', 'to'], label);
  for (const time of [traffic.from, traffic.to]) {
    if (time !== undefined) assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, label);
  }
  const counted = Object.values(traffic.byStatus as Record<string, number>).reduce((sum, count) => sum + count, 0);
  assert.equal(counted, traffic.requests, `${label}: byStatus does not add up`);
  for (const item of listOf(top.secrets)) {
    const secret = keysOf(item, ['kind', 'line', 'fingerprint'], [], label);
    assert.match(String(secret.fingerprint), /^fp:[0-9a-f]{8}$/, label);
    assert.ok(Number.isInteger(secret.line) && Number(secret.line) >= 1, label);
  }
  for (const ask of listOf(top.ask)) sentence(ask, label);
}

function finding(value: unknown, label: string): void {
  const item = keysOf(
    value,
    ['cause', 'title', 'layer', 'confidence', 'explanation', 'evidence', 'remedies', 'checks', 'knownIssues'],
    [],
    label,
  );
  assert.ok(LAYERS.includes(String(item.layer)), label);
  assert.ok(typeof item.confidence === 'number' && item.confidence >= 0 && item.confidence <= 1, label);
  sentence(item.explanation, label);
  assert.ok(listOf(item.evidence).length > 0, `${label}: ${item.cause} without evidence`);
  for (const one of listOf(item.evidence)) {
    const evidence = keysOf(one, ['source', 'line', 'excerpt', 'says'], [], label);
    assert.ok(Number.isInteger(evidence.line) && Number(evidence.line) >= 1, label);
    assert.ok(String(evidence.excerpt).trim() !== '', `${label}: an empty excerpt`);
    sentence(evidence.says, label);
  }
  assert.ok(listOf(item.remedies).length > 0, `${label}: ${item.cause} without a remedy`);
  for (const one of listOf(item.remedies)) {
    const remedy = keysOf(one, ['title', 'risk', 'note', 'snippets'], [], label);
    assert.ok(['low', 'medium', 'high'].includes(String(remedy.risk)), label);
    keysOf(remedy.snippets, [], FLAVOURS, label);
  }
  for (const one of listOf(item.checks)) sentence(one, label);
  for (const one of listOf(item.knownIssues)) keysOf(one, ['component', 'fixedIn', 'text'], [], label);
}

function keysOf(value: unknown, needed: readonly string[], allowed: readonly string[], label: string): Json {
  assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value), label);
  const keys = Object.keys(value);
  for (const key of needed) assert.ok(keys.includes(key), `${label}: ${key} is missing`);
  for (const key of keys) assert.ok([...needed, ...allowed].includes(key), `${label}: ${key} is not of the contract`);
  return value as Json;
}

function listOf(value: unknown): readonly unknown[] {
  assert.ok(Array.isArray(value));
  return value;
}

function sentence(value: unknown, label: string): void {
  assert.ok(typeof value === 'string' && value.length > 1, label);
}
