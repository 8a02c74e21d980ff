import { namesOf } from '@castellan/protocol';
import type { HelpPage } from './help-page.ts';
import { secretsOptions, secretVerbs } from './secrets-table.ts';
import { whichService } from './service-help.ts';

export const secretsHelp: HelpPage = {
  usage: [`castellan secrets ${namesOf(secretVerbs).join('|')} …`],
  operands: namesOf(secretVerbs),
  about: [
    'Values that a service keeps for scripts that never see them: the gateway puts them into requests for the hosts that they are bound to. They are stored sealed, and nothing reads them back.',
    whichService,
  ],
  words: {
    'secrets set NAME': 'stores the value on standard input, or in --file, under a name',
    'secrets list': 'lists names and what they are bound to, never values',
    'secrets delete NAME': 'removes it: runs that name it are refused from now on',
    'secrets rotate': 'seals with the first key of the service what an older one has sealed',
  },
  options: secretsOptions,
  examples: [
    'castellan secrets set STRIPE_KEY --host api.stripe.com < key.txt',
    'castellan secrets set SIGNING_KEY --env --function sign --file key.pem',
    'castellan functions deploy charge charge.ts --secret STRIPE_KEY',
  ],
};
