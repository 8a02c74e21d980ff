import { CastellanError } from '@castellan/protocol';
import { codeOf } from './postgres-faults.ts';

/** Where a database is: what is connected to, and how messages name it. */
export interface Address {
  /** With user and password: never shown, never logged. */
  readonly url: string;
  /** Host, port and name of the database. */
  readonly where: string;
}

/** Reads a `postgres://` URL. Throws `invalid_option`, without the URL, which may hold a password. */
export function addressOf(url: string): Address {
  if (!/^postgres(?:ql)?:\/\//.test(url) || !URL.canParse(url)) {
    throw refusal(
      'store.url is no URL of a database',
      'write postgres://USER:PASSWORD@HOST:PORT/DATABASE, with special characters of the password as %XX',
    );
  }
  const { host, pathname, searchParams } = new URL(url);
  const database = decodeURIComponent(pathname.slice(1));
  if (database === '') {
    throw refusal(
      'store.url names no database',
      'write its name behind the host: postgres://USER:PASSWORD@HOST:PORT/DATABASE',
    );
  }
  const place = searchParams.get('host') ?? host;
  return { url, where: `${place === '' ? 'localhost' : place}/${database}` };
}

function refusal(detail: string, fix: string, cause?: unknown): CastellanError {
  return new CastellanError('invalid_option', `${detail}.`, { fix, option: 'store.url', cause });
}

/** Says of an error of the first connection what is wrong, and what to do. */
export function cannotOpen({ where }: Address, error: unknown): unknown {
  if (error instanceof CastellanError) return error;
  const { code, message } = error as { code?: string; message: string };
  const say = (detail: string, fix: string): CastellanError =>
    refusal(`The database ${where} ${detail}`, fix, error);
  switch (codeOf(error) ?? code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return say('has a host that no name server knows', 'check the host in store.url');
    case 'ECONNREFUSED':
    case 'ENOENT':
      return say(
        'cannot be reached: nobody listens there',
        'start PostgreSQL, or correct host and port in store.url',
      );
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return say('cannot be reached from here', 'check host, port and firewalls');
    case '28P01':
    case '28000':
      return say(
        'refuses user or password',
        'correct them in store.url, with special characters as %XX, or add the user to pg_hba.conf',
      );
    case '3D000':
      return say('does not exist', 'make it with createdb, or correct its name in store.url');
    case '42501':
      return say(
        `denies this user a right: ${message}`,
        'make the user the owner of the database, or of the schema "castellan"',
      );
    case '57P03':
      return say('is starting or stopping', 'try again when it has started');
    case '53300':
      return say('has no connection left', 'raise max_connections of PostgreSQL; this needs ten');
    default:
      return codeOf(error) === undefined
        ? say(`cannot be reached: ${message}`, 'check store.url and that PostgreSQL runs')
        : error;
  }
}
