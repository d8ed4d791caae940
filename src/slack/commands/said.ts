// What a verb other than diagnose answers, whichever surface it was said on. Pure.
import { CAUSES } from '../../diagnosis/causes/index.ts';
import type { OutMessage } from '../post.ts';
import { causeList, causePage } from '../views/cause-page.ts';
import { help } from '../views/help.ts';

/**
 * The answer of a verb.
 * @param verb in lower case; an unknown one gets the help
 * @param rest what was said after it
 */
export function said(verb: string, rest: string): OutMessage {
  switch (verb) {
    case '':
    case 'help':
      return help();
    case 'explain':
      return explained(rest.trim().toLowerCase());
    default:
      return help(`I know no \`${verb.replaceAll('`', '').slice(0, 40)}\`.`);
  }
}

function explained(name: string): OutMessage {
  if (name === '') return causeList();
  const cause = CAUSES.find((one) => one.name === name);
  return cause === undefined
    ? causeList(`I know no cause \`${name.replaceAll('`', '').slice(0, 60)}\`.`)
    : causePage(cause);
}

/** A verb that a mention or direct message consists of; undefined when it is material. */
export function verbIn(text: string): { readonly verb: string; readonly rest: string } | undefined {
  const asked = text.trim();
  const match = VERBS.map((pattern) => pattern.exec(asked)).find((found) => found !== null);
  return match == null ? undefined : { verb: (match[1] ?? '').toLowerCase(), rest: match[2] ?? '' };
}

/** Whole messages of one line: a paste that begins with such a word goes on otherwise. */
const VERBS: readonly RegExp[] = [
  /^(help|explain)(?:\s+([a-z][a-z-]{0,60}(?:\s+[\w.-]{1,100})?))?[.?!]?$/i,
  /^(digest)(?:\s+(now|list|(?:now\s+)?for\s+[\w.-]{1,61}|stop(?:\s+`?\w{1,20}`?)?|schedule(?:[ \t][^\n]{1,250})?))?[.?!]?$/i,
  /^(status)(?:\s+(for\s+[\w.-]{1,61}))?[.?!]?$/i,
  /^(doctor)(?:\s+((?:(?:service|route)\s+\S|(?:for|to)\s)[^\n]{0,300}))?[.?!]?$/i,
  /^(inspect)(?:\s+((?:service|route|consumer|plugin)(?:\s[^\n]{1,600})?))?$/i,
];
