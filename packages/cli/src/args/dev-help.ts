import { devOptions } from './dev-table.ts';
import { runHelp } from './help.ts';
import type { HelpPage } from './help-page.ts';

export const devHelp: HelpPage = {
  usage: ['castellan dev FILE [options]'],
  operands: 'file',
  about: [
    'Runs a script as castellan run does, in the same box, and again each time that FILE or a file that it imports is saved; a run that has not ended by then is cancelled. A file with --params @FILE is read anew each time. No service is needed. Ctrl-C ends it.',
  ],
  options: devOptions,
  ...(runHelp.more === undefined ? {} : { more: runHelp.more }),
  examples: [`castellan dev greet.ts --params '{"name":"Ada"}' --wall 2s`],
};
