import { type Kind, oneOf } from '@castellan/protocol/kinds';
import type { ScheduleState } from '@castellan/sdk';
import { readFlag } from '../args/usage-error.ts';
import { parseDuration } from '../args/units.ts';
import { given } from '../functions/verb.ts';
import { jsonText } from '../output/conclude.ts';
import { complaint } from '../output/complaint.ts';
import { escapeLine } from '../output/escape.ts';
import { withService } from '../remote/service.ts';
import { exitCodes } from '../run/exit-code.ts';
import { parseJson } from '../run/request.ts';
import type { Verb } from './verb.ts';

const missed = oneOf(['skip', 'once', 'all']);
const overlap = oneOf(['allow', 'skip', 'queue']);

/** Writes a schedule. Throws `UsageError`. */
export const put: Verb = async ({ values, operands, terminal, interrupted }) => {
  const [name = '', cron = '', called = ''] = operands;
  const { params, jitter, timezone, alias, paused, tenant, json } = values;
  const request = {
    cron,
    function: called,
    ...given({
      timezone,
      alias,
      paused,
      tenant,
      params: params === undefined ? undefined : parseJson(params, '--params'),
      missed: wordOf(missed, values.missed, '--missed'),
      overlap: wordOf(overlap, values.overlap, '--overlap'),
      jitterMs: jitter === undefined ? undefined : parseDuration(jitter, '--jitter'),
    }),
  };
  const { stdout, stderr } = terminal;
  return withService(process.env, terminal, async ({ schedules }) => {
    const schedule = await schedules.put(name, request, { signal: interrupted });
    stdout.write(json === true ? jsonText(schedule, stdout) : lineOf(schedule));
    if (schedule.problem !== null) stderr.write(complaint(escapeLine(schedule.problem)));
    return exitCodes.ok;
  });
};

function wordOf<Word>(kind: Kind<Word>, text: string | undefined, flag: string): Word | undefined {
  return text === undefined ? undefined : readFlag(kind, text, flag);
}

const set =
  (verb: 'pause' | 'resume'): Verb =>
  async ({ values: { tenant }, operands: [name = ''], terminal, interrupted: signal }) =>
    withService(process.env, terminal, async ({ schedules }) => {
      const schedule = await schedules[verb](name, { signal, ...given({ tenant }) });
      terminal.stdout.write(lineOf(schedule));
      return exitCodes.ok;
    });

export const pause = set('pause');
export const resume = set('resume');

export const remove: Verb = async ({ values: { tenant }, operands: [name = ''], terminal }) =>
  withService(process.env, terminal, async ({ schedules }) => {
    await schedules.delete(name, given({ tenant }));
    terminal.stdout.write(`${escapeLine(name)} is deleted.\n`);
    return exitCodes.ok;
  });

/** A schedule with what it does next: `report calls send-report next at 2026-12-01T06:30:00.000Z`. */
function lineOf({ name, function: called, nextAt }: ScheduleState): string {
  const next = nextAt === null ? 'is paused' : `calls ${called} next at ${nextAt}`;
  return `${escapeLine(`${name} ${next}`)}\n`;
}
