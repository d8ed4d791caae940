// What Kong's releases fixed or changed in the session plugin that ends in a failed authentication.
import type { KnownIssueRow } from './known-issue.ts';

export const sessionIssues: readonly KnownIssueRow[] = [
  {
    component: 'session',
    causes: ['oidc-session-lost'],
    fixedIn: ['3.10.0.15', '3.11.0.14', '3.12.0.9', '3.13.0.7', '3.14.0.7'],
    marks: ['postgres', 'kong', 'storage'],
    text: 'Logins are lost when a browser sends several requests at once and sessions are kept in PostgreSQL, because they collide. Upgrade, or keep sessions in the cookie.',
    source: 'Kong changelog 3.14.0.7, session',
  },
  {
    component: 'session',
    causes: ['oidc-session-lost', 'config-invalid'],
    fixedIn: ['3.4.3.18', '3.10.0.2'],
    marks: ['hash_subject', 'store_metadata', 'portal_session_conf'],
    text: '`hash_subject` and `store_metadata` have no effect, also in `portal_session_conf`. Upgrade.',
    source: 'Kong changelog 3.10.0.2, session',
  },
  {
    component: 'session',
    causes: ['oidc-session-lost'],
    changedIn: ['3.5.0'],
    marks: ['logout_post_arg', 'logout'],
    text: 'Since 3.5 `logout_post_arg` is ignored unless `read_body_for_logout` is true, so the session stays after a logout by POST. Set it.',
    source: 'Kong changelog 3.5.0, session',
  },
  {
    component: 'session',
    causes: ['oidc-session-lost', 'config-invalid'],
    changedIn: ['3.2.0'],
    text: 'Every session that was opened before the upgrade across 3.2 ends, and fields such as `cookie_lifetime` were renamed or removed. Rename the fields and let all nodes change over together.',
    source: 'Kong changelog 3.2.0, session',
  },
  {
    component: 'session',
    causes: ['oidc-session-lost'],
    fixedIn: ['3.1.0'],
    marks: ['cookie_persistent'],
    text: 'The session ends with the browser, because its cookie is not kept; `cookie_persistent` exists since 3.1. Upgrade and set it.',
    source: 'Kong changelog 3.1.0, session',
  },
  {
    component: 'session',
    causes: ['config-invalid', 'oidc-session-lost', 'node-out-of-sync'],
    fixedIn: ['3.3.0'],
    text: 'Older data planes refuse the config, because the control plane does not translate the renamed fields of the session plugin. Upgrade the control plane, or the data planes.',
    source: 'Kong changelog 3.3.0, gateway',
  },
];
