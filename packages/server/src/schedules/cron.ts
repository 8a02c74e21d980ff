import { Cron } from 'croner';
import { lateMs, mostMadeUp, type ScheduleDefinition } from './record.ts';

/** A cron expression that cannot be used; the message is the end of a sentence. */
export class CronError extends Error {
  override readonly name = 'CronError';
}

/** Instants of a cron expression in a time zone, in milliseconds since 1970. */
export interface Instants {
  /** The first after `ms`; null: there is none. */
  readonly next: (ms: number) => number | null;
  /** The last before `ms`, the newest first. */
  readonly previous: (ms: number, count: number) => number[];
}

/** The longest expression. */
const longest = 200;
const daySeconds = 86_400;

/**
 * Reads an expression of five fields, or six with seconds first. Where a clock is put forward, what falls into
 * the hour that is not there comes right after it; where it is put back, a time of day comes once, and what
 * is repeated within a day goes on at its own pace. Throws `CronError`.
 */
export function readCron(expression: string, timezone: string): Instants {
  const cron = parse(expression, timezone);
  return {
    next: (ms) => cron.nextRun(new Date(ms))?.getTime() ?? null,
    // It counts in whole seconds, and leaves out the one that it is given.
    previous: (ms, count) =>
      cron.previousRuns(count, new Date(Math.ceil(ms / 1_000) * 1_000)).map((at) => at.getTime()),
  };
}

/** The same, for one that is to be stored: it must fire at some time, and not too often. Throws `CronError`. */
export function admitCron(expression: string, timezone: string, shortestMs: number): Instants {
  const instants = readCron(expression, timezone);
  const gapMs = shortestGapMs(expression);
  if (gapMs < shortestMs) {
    throw new CronError(
      `fires ${gapMs / 1_000} s after it has fired, and schedules.shortestMs allows no less than ${shortestMs / 1_000} s`,
    );
  }
  if (instants.next(Date.now()) === null) throw new CronError('names no day that there is');
  return instants;
}

function parse(expression: string, timezone: string): Cron {
  if (expression.length > longest) {
    throw new CronError(`is ${expression.length} characters long; at most ${longest} are read`);
  }
  if (expression.includes('?')) throw new CronError('has a "?", which is not read: write "*"');
  const count = expression.trim() === '' ? 0 : expression.trim().split(/\s+/).length;
  if (!expression.startsWith('@') && count !== 5 && count !== 6) {
    throw new CronError(
      `has ${count} field${count === 1 ? '' : 's'}: write five, minute, hour, day of month, month and day of week, or six with seconds first`,
    );
  }
  try {
    return new Cron(expression, { timezone, mode: '5-or-6-parts', paused: true });
  } catch (error) {
    const why = (error as Error).message.replace(/^CronPattern: /, '');
    throw new CronError(`is no cron expression: ${why.replace(/\.$/, '')}`, { cause: error });
  }
}

/**
 * The least time between two instants on any days that may follow each other: which days they are is left
 * out, so that no calendar hides a flood.
 */
function shortestGapMs(expression: string): number {
  const [second = '*', minute = '*', hour = '*'] = fieldsOf(expression);
  const seconds = matching(`${second} * * * * *`, 1, 60);
  const minutes = matching(`0 ${minute} * * * *`, 60, 60);
  const hours = matching(`0 0 ${hour} * * *`, 3_600, 24);
  const [first = 0, ...others] = hours.flatMap((h) =>
    minutes.flatMap((m) => seconds.map((s) => h * 3_600 + m * 60 + s)),
  );
  let gap = daySeconds;
  let before = first;
  for (const at of [...others, first + daySeconds]) {
    gap = Math.min(gap, at - before);
    before = at;
  }
  return gap * 1_000;
}

/** The fields with seconds first. Of the nicknames only `@hourly` fires more than once a day. */
function fieldsOf(expression: string): string[] {
  const plain = expression.trim().toLowerCase();
  if (plain.startsWith('@')) return ['0', '0', plain === '@hourly' ? '*' : '0'];
  const fields = plain.split(/\s+/);
  return fields.length === 5 ? ['0', ...fields] : fields;
}

/** Which of `count` steps of so many seconds an expression names, from midnight on. */
function matching(expression: string, stepS: number, count: number): number[] {
  const probe = new Cron(expression, { timezone: 'UTC', mode: '6-part', paused: true });
  return Array.from({ length: count }, (_, at) => at).filter((at) =>
    probe.match(new Date(at * stepS * 1_000)),
  );
}

/** Which ticks of a time are to be fired, and how many were missed, with the last of them. */
export interface Decided {
  readonly fire: readonly number[];
  readonly missed: { readonly count: number; readonly last: number } | null;
}

/** Decides about all ticks after `through`, up to `now`. */
export function decide(
  instants: Instants,
  { missed }: Pick<ScheduleDefinition, 'missed'>,
  through: number,
  now: number,
): Decided {
  const onTime = Math.max(through, now - lateMs);
  const fresh: number[] = [];
  let at = instants.next(onTime);
  while (at !== null && at <= now) {
    fresh.push(at);
    at = instants.next(at);
  }
  const late = instants
    .previous(onTime + 1, through < onTime ? mostMadeUp + 1 : 0)
    .filter((each) => each > through);
  const madeUp = { skip: 0, once: fresh.length === 0 ? 1 : 0, all: mostMadeUp }[missed];
  const [last] = late.slice(madeUp);
  return {
    fire: [...late.slice(0, madeUp).toReversed(), ...fresh],
    missed: last === undefined ? null : { count: late.length - madeUp, last },
  };
}
