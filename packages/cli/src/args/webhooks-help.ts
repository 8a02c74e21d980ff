import { namesOf } from '@castellan/protocol';
import type { HelpPage } from './help-page.ts';
import { whichService } from './service-help.ts';
import { webhooksOptions, webhookVerbs } from './webhooks-table.ts';

export const webhooksHelp: HelpPage = {
  usage: [`castellan webhooks ${namesOf(webhookVerbs).join('|')} …`],
  operands: namesOf(webhookVerbs),
  about: [
    'What became of the webhooks of runs, and what they are signed with. A run has one by castellan submit --webhook, or by webhook in its request.',
    whichService,
  ],
  words: {
    'webhooks show RUN': 'shows each attempt to tell of the end of a run',
    'webhooks replay RUN': 'has it told again, from the first attempt on',
    'webhooks secret': 'prints what a receiver verifies messages with',
    'webhooks rotate': 'signs with another secret from now on, and for a day with both',
  },
  options: webhooksOptions,
  examples: [
    'castellan submit report.ts --webhook https://shop.example/hooks/castellan',
    'castellan webhooks show run_0199e1a47d907d51b0c2a1f3e4d5c6b7',
    'castellan webhooks secret > whsec.txt',
  ],
};
