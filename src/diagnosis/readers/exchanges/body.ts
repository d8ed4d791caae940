// Bodies of answers: the sentence in them, whatever the form (JSON, HTML, XML, plain), and OAuth errors.

import { oauthErrorOfJson } from '../oauth/oauth-error.ts';
import type { HttpResponse } from '../observation.ts';

/** Fields in which servers put their sentence, best first. */
const MESSAGE_FIELDS = [
  'message',
  'error_description',
  'errorMessage',
  'detail',
  'msg',
  'errorSummary',
  'title',
  'description',
  'error',
  'reason',
] as const;

/** Body, parsed JSON, message and OAuth error of a body's text. */
export function readBody(body: string): Pick<HttpResponse, 'body' | 'json' | 'message' | 'oauthError'> {
  const text = body.trim();
  if (text === '') return {};
  if (text.startsWith('{') || text.startsWith('[')) {
    const json = parsed(text);
    if (json !== undefined) {
      const message = messageOf(json);
      const oauthError = oauthErrorOfJson(json);
      return {
        body: text,
        json,
        ...(message === undefined ? {} : { message }),
        ...(oauthError === undefined ? {} : { oauthError }),
      };
    }
  }
  if (text.startsWith('<')) {
    const message =
      /<center>(?!<h1>)([^<]{3,200})<\/center>/i.exec(
        text.replace(/<center>(?:nginx|openresty)[^<]{0,40}<\/center>/gi, ''),
      )?.[1] ??
      /<p>([^<]{3,300})<\/p>/i.exec(text)?.[1] ??
      /<message>([^<]{1,500})<\/message>/i.exec(text)?.[1] ??
      /<h1>([^<]{1,300})<\/h1>/i.exec(text)?.[1] ??
      /<title>([^<]{1,300})<\/title>/i.exec(text)?.[1];
    return { body: text, ...(message === undefined ? {} : { message: message.trim().replace(/\.$/, '') }) };
  }
  const firstLine = text.split('\n')[0]?.trim() ?? '';
  return { body: text, message: firstLine.slice(0, 1000) };
}

/** JSON, also with a trailing comma or cut off behind the last value; undefined when it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // People cut JSON; one repair is tried: what stands after the last closing bracket is dropped.
    const end = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']'));
    if (end <= 0 || end === text.length - 1) return undefined;
    try {
      return JSON.parse(text.slice(0, end + 1));
    } catch {
      return undefined;
    }
  }
}

function messageOf(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
  const body = json as Record<string, unknown>;
  for (const field of MESSAGE_FIELDS) {
    const value = body[field];
    if (typeof value === 'string' && value !== '') return value;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      const inner = messageOf(value);
      if (inner !== undefined) return inner;
    }
  }
  // The jwt plugin answers {"exp":"token expired"}.
  for (const claim of ['exp', 'nbf', 'iat']) {
    const value = body[claim];
    if (typeof value === 'string' && /[a-z] /.test(value)) return `"${claim}":"${value}"`;
  }
  return undefined;
}
