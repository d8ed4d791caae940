// What acl says: literal texts, where and since when, and what each points to.
import type { Phrase } from './phrase.ts';

export const aclPhrases: readonly Phrase[] = [
  {
    component: 'acl',
    versions: 'all',
    where: 'response-body',
    text: 'You cannot consume this service',
    status: 403,
    points: 'acl-denied',
    means:
      'Groups of the consumer (or authenticated_groups) not in allow, in deny, or the consumer has no group at all under allow.',
    source: 'Kong sources, tags 1.0.0 to 3.9.3',
  },
  {
    component: 'acl',
    versions: '>=2.1',
    where: 'response-body',
    text: 'Unauthorized',
    whole: true,
    status: 401,
    points: 'auth-plugins-combined',
    also: ['plugin-not-applied'],
    means:
      'Acl ran with neither consumer nor credential: no auth plugin ran before it on this route, or only an anonymous consumer without groups.',
    source: 'Kong sources, tags 1.0.0 to 3.9.3',
  },
  {
    component: 'acl',
    versions: '>=1.1',
    where: 'error-log',
    text: 'invalid authenticated_groups, a table was expected',
    level: 'warn',
    points: 'acl-denied',
    means: 'Another plugin stored groups in a wrong form; they are ignored.',
    source: 'Kong sources, tags 1.0.0 to 3.9.3',
  },
  {
    component: 'acl',
    versions: '<1.0',
    where: 'response-body',
    text: 'Cannot identify the consumer, add an authentication plugin to use the ACL plugin',
    points: 'auth-plugins-combined',
    also: ['plugin-not-applied', 'acl-denied'],
    means:
      'acl ran for a request without an authenticated consumer: no authentication plugin covers it, or it passed as anonymous.',
    source: 'Kong sources, tag 0.10.1',
  },
];
