// Answers of Slack after which this process can never work: its token is gone or was never one.
import { slackErrorOf } from './calls.ts';

const FATAL: Readonly<Record<string, string>> = {
  invalid_auth: 'it is not valid',
  not_authed: 'it is empty',
  account_inactive: 'it was revoked, or the app was uninstalled',
  token_revoked: 'it was revoked',
  token_expired: 'it has expired',
  user_removed_from_team: 'its user was removed from the workspace',
  team_disabled: 'the workspace is disabled',
  not_allowed_token_type: 'it is of the wrong kind',
  no_permission: 'it lacks the scope connections:write',
  missing_scope: 'it lacks a scope',
};

/** The line to end with when Slack will never take this token; undefined when trying again may help. */
export function fatalLine(error: unknown, variable: string): string | undefined {
  const code = slackErrorOf(error) ?? '';
  const why = FATAL[code];
  return why === undefined
    ? undefined
    : `Slack refuses ${variable} (${code}): ${why}. Put in a new one and start again.`;
}
