// The head of a known issue as people read it: the component, and where it is fixed.
import type { KnownIssue } from '../diagnosis/diagnosis.ts';

/** `openid-connect (fixed in 3.14.0.8, 3.15.0.1)`, oldest first; the component alone for a change of behaviour. */
export function knownIssueHead(issue: KnownIssue): string {
  if (issue.fixedIn.length === 0) return issue.component;
  return `${issue.component} (fixed in ${issue.fixedIn.join(', ')})`;
}
