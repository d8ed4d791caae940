// Version 1 of the public JSON: its own schema and converter, so that our types may change and the contract does not.
import { z } from 'zod';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { CAUSE_NAMES, HOPS, INPUT_KINDS } from '../diagnosis/names.ts';

/** The contract (version 1). */
export const DiagnosisJson = z.strictObject({
  version: z.literal(1),
  summary: z.string(),
  findings: z.array(
    z.strictObject({
      cause: z.enum(CAUSE_NAMES as [string, ...string[]]),
      title: z.string(),
      layer: z.enum(HOPS),
      confidence: z.number().min(0).max(1),
      explanation: z.string(),
      evidence: z
        .array(z.strictObject({ source: z.string(), line: z.int().min(1), excerpt: z.string(), says: z.string() }))
        .min(1),
      remedies: z.array(
        z.strictObject({
          title: z.string(),
          risk: z.enum(['low', 'medium', 'high']),
          note: z.string(),
          snippets: z.strictObject({
            'admin-api': z.string().optional(),
            deck: z.string().optional(),
            kubernetes: z.string().optional(),
            'kong-conf': z.string().optional(),
          }),
        }),
      ),
      checks: z.array(z.string()),
      knownIssues: z.array(z.strictObject({ component: z.string(), fixedIn: z.array(z.string()), text: z.string() })),
    }),
  ),
  inputs: z.array(
    z.strictObject({ source: z.string(), kind: z.enum(INPUT_KINDS), lines: z.int(), recognised: z.int() }),
  ),
  traffic: z.strictObject({
    requests: z.int(),
    failed: z.int(),
    from: z.string().optional(),
    to: z.string().optional(),
    byStatus: z.record(z.string(), z.int()),
  }),
  secrets: z.array(z.strictObject({ kind: z.string(), line: z.int().min(1), fingerprint: z.string() })),
  ask: z.array(z.string()),
});
export type DiagnosisJson = z.infer<typeof DiagnosisJson>;

/** The diagnosis as the contract says. */
export function toJson(diagnosis: Diagnosis): DiagnosisJson {
  const { traffic } = diagnosis;
  return {
    version: 1,
    summary: diagnosis.summary,
    findings: diagnosis.findings.map((finding) => ({
      cause: finding.cause,
      title: finding.title,
      layer: finding.layer,
      confidence: finding.confidence,
      explanation: finding.explanation,
      evidence: finding.evidence.map((item) => ({
        source: item.source,
        line: item.line,
        excerpt: item.excerpt,
        says: item.says,
      })),
      remedies: finding.remedies.map((remedy) => ({
        title: remedy.title,
        risk: remedy.risk,
        note: remedy.note,
        snippets: { ...remedy.snippets },
      })),
      checks: [...finding.checks],
      knownIssues: finding.knownIssues.map((issue) => ({
        component: issue.component,
        fixedIn: [...issue.fixedIn],
        text: issue.text,
      })),
    })),
    inputs: diagnosis.inputs.map((input) => ({
      source: input.source,
      kind: input.kind,
      lines: input.lines,
      recognised: input.recognised,
    })),
    traffic: {
      requests: traffic.requests,
      failed: traffic.failed,
      ...(traffic.from === undefined ? {} : { from: traffic.from }),
      ...(traffic.to === undefined ? {} : { to: traffic.to }),
      byStatus: { ...traffic.byStatus },
    },
    secrets: diagnosis.secrets.map((secret) => ({
      kind: secret.kind,
      line: secret.line,
      fingerprint: secret.fingerprint,
    })),
    ask: [...diagnosis.ask],
  };
}
