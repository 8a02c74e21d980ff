import { namesOf } from '@castellan/protocol';
import type { HelpPage } from './help-page.ts';
import { scheduleVerbs, schedulesOptions } from './schedules-table.ts';
import { submitHelp, whichService } from './service-help.ts';

export const schedulesHelp: HelpPage = {
  usage: [`castellan schedules ${namesOf(scheduleVerbs).join('|')} …`],
  operands: namesOf(scheduleVerbs),
  about: [
    'Functions that a service calls by the clock. CRON is one argument of five fields, minute, hour, day of month, month and day of week, or of six with seconds first. Each instant that it names starts one run, however often the service is restarted.',
    whichService,
  ],
  words: {
    'schedules put NAME CRON FUNCTION': 'writes a schedule, or replaces the one that is there',
    'schedules list': 'lists schedules, the newest first',
    'schedules get NAME': 'prints the schedule, with its next instants, as one JSON document',
    'schedules pause NAME': 'has it fire nothing',
    'schedules resume NAME': 'has it fire again; what it has left out is not made up for',
    'schedules run NAME':
      'calls its function now, and follows the run as castellan submit does, with its exit codes',
    'schedules history NAME': 'shows what became of its ticks, the newest first',
    'schedules delete NAME': 'removes it with its history; its runs stay',
  },
  options: schedulesOptions,
  ...(submitHelp.exitCodes === undefined ? {} : { exitCodes: submitHelp.exitCodes }),
  examples: [
    `castellan schedules put report '30 7 * * MON-FRI' send-report --timezone Europe/Vienna`,
    `castellan schedules put prices '*/15 * * * *' scrape --overlap skip --missed once`,
    'castellan schedules history prices',
  ],
};
