import type { HelpPage } from './help-page.ts';
import { workerOptions } from './worker-table.ts';

export const workerHelp: HelpPage = {
  usage: ['castellan worker --url URL --key KEY [options]'],
  about: [
    'A launcher of a service on another machine. It asks the service for runs and tells it what happens to them; nobody connects to it, and it has no credentials of the store. It makes a sandbox for each policy of its key, and ends at once when this machine cannot have one. While the service is away it goes on with its runs, and tells of them when it is back.',
    'SIGTERM or Ctrl-C: it takes no more runs, its runs end, then it ends. A second one ends it at once, and its runs are started again or end as worker_lost.',
  ],
  options: workerOptions,
  examples: [
    'castellan worker --url https://runs.example.com',
    'castellan worker --url https://runs.example.com --label zone=eu --concurrency 16',
  ],
  closing:
    'The key is made on the service: castellan keys create --scope work --policy NAME. docs/operations/workers.md says what it may do.',
};
