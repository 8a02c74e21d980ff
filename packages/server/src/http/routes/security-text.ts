import type { App } from './app.ts';

const day = 86_400_000;
/** How long what is said holds: whoever asks again learns what holds then. */
const holdsMs = 30 * day;

/** Says whom to tell of a hole (RFC 9116), where the config names somebody. */
export function addSecurityText(app: App, contacts: readonly string[]): void {
  if (contacts.length === 0) return;
  app.get(
    '/.well-known/security.txt',
    { config: { access: 'public' }, schema: { hide: true } },
    (_request, reply) =>
      reply.type('text/plain; charset=utf-8').send(securityText(contacts, Date.now())),
  );
}

/** Ends at a whole day, so that the text stays the same for one. */
function securityText(contacts: readonly string[], now: number): string {
  const ends = new Date(Math.floor((now + holdsMs) / day) * day).toISOString();
  const lines = [...contacts.map((contact) => `Contact: ${contact}`), `Expires: ${ends}`];
  return lines.map((line) => `${line}\r\n`).join('');
}
