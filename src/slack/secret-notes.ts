// Notes about pasted secrets: to whom each is due, and by which way it reaches that person alone.
import type { Diagnosis, SecretSeen } from '../diagnosis/diagnosis.ts';
import { KongauthError } from '../errors.ts';
import type { Bot, Remembered } from './context.ts';
import type { Gathered } from './gather.ts';
import type { Question } from './question.ts';
import { secretNote } from './views/secret-note.ts';

/**
 * Whoever pasted a secret learns it alone; in a thread nobody is told twice of the same one.
 * @param previous the last answer in the same thread
 */
export async function noteSecrets(
  question: Question,
  { secrets }: Diagnosis,
  { authors }: Gathered,
  previous: Remembered | undefined,
  bot: Bot,
): Promise<void> {
  const { user } = question;
  const told = new Set(previous?.diagnosis.secrets.map(({ fingerprint }) => fingerprint));
  const byPerson = new Map<string, SecretSeen[]>();
  for (const secret of secrets) {
    if (told.has(secret.fingerprint)) continue;
    // What an alert carried is told to whoever asked.
    const person = authors.get(secret.source) ?? user;
    byPerson.set(person, [...(byPerson.get(person) ?? []), secret]);
  }
  for (const [person, theirs] of byPerson) {
    try {
      await noteTo(person, theirs, question, bot);
    } catch (error) {
      // The answer is out; a note that cannot reach its person (gone from the channel) takes nothing from it.
      bot.log.warn({ code: error instanceof KongauthError ? error.code : 'internal' }, 'secret note not delivered');
    }
  }
}

async function noteTo(
  person: string,
  secrets: readonly SecretSeen[],
  { user, where }: Question,
  bot: Bot,
): Promise<void> {
  switch (where.kind) {
    case 'thread':
      if (where.isDirect) await bot.post.toThread(where.channel, where.threadTs, secretNote(secrets, false));
      else await bot.post.ephemeral(where.channel, person, where.threadTs, secretNote(secrets, true));
      return;
    case 'private': {
      // A one-time address reaches the asker only; the author of a message is reached where the bot is a member.
      const isSeen = where.threadTs !== undefined;
      if (person === user) await bot.post.respond(where.responseUrl, secretNote(secrets, isSeen), {});
      else await bot.post.ephemeral(where.channel, person, where.threadTs, secretNote(secrets, true));
      return;
    }
    case 'direct':
      await bot.post.toThread(user, undefined, secretNote(secrets, false));
  }
}
