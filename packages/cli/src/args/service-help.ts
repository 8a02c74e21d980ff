import type { HelpPage } from './help-page.ts';
import { runHelp } from './help.ts';
import type { OptionTable } from './option.ts';
import { limitOptions } from './table.ts';
import {
  backupOptions,
  keysOptions,
  listOptions,
  migrateOptions,
  remoteOptions,
  serveOptions,
  submitOptions,
} from './service-table.ts';

/** The flags of limits, without defaults: a policy has its own. */
export const submitLimits: OptionTable = Object.fromEntries(
  Object.entries(limitOptions).map(([name, { standard: _, ...row }]) => [name, row]),
);

export const serveHelp: HelpPage = {
  usage: ['castellan serve [options]'],
  about: [
    'The HTTP API, its durable queue, the launcher of boxes and the store, in one command, with all state in one folder. Prints the address when it is ready; logs are JSON lines on standard error. SIGTERM or Ctrl-C: nothing new is taken, runs have 30 s to end (queue.drainMs of the config), the rest is found again at the next start. SIGHUP, where there is no terminal: the policies are read again, and stay as they are if any is wrong.',
  ],
  options: serveOptions,
  more: {
    sentence:
      'Limits of a run that asks for nothing else; a request may ask for ten times as much. TIME is 500ms, 5s or 2m; SIZE is in b kb mb gb kib mib gib.',
    options: limitOptions,
  },
  examples: [
    'castellan serve',
    "castellan serve --browser --allow-host '*' --wall 60s",
    'castellan serve --engine node --allow-module dayjs --allow-host api.example.com',
  ],
  closing:
    'What scripts may do, and the limits, are options of the default policy; a config has any number of policies, and every other option: docs/reference/config.md',
};

export const whichService =
  'The service is the one that CASTELLAN_URL names (default http://127.0.0.1:7400); CASTELLAN_KEY is the key.';

export const submitHelp: HelpPage = {
  usage: ['castellan submit FILE|- [options]'],
  operands: 'file',
  about: [
    'castellan run on a service: the script waits in its queue and runs under its policy. Logs, value, artifacts and exit code come as they do from castellan run. Ctrl-C cancels the run, and what it logs until then still comes; a second Ctrl-C leaves at once. A connection that breaks cancels nothing: the events go on where they stopped.',
    whichService,
  ],
  options: submitOptions,
  more: {
    sentence:
      'Limits, up to the ceilings of the policy, which gives the defaults too. TIME is 500ms, 5s or 2m; SIZE is in b kb mb gb kib mib gib.',
    options: submitLimits,
  },
  exitCodes: {
    ...runHelp.exitCodes,
    2: 'bad usage, or a request that the service refused; nothing ran',
    4: 'not the script’s fault: the service could not be reached, or failed',
  },
  examples: [
    `castellan submit report.ts --params '{"month":"2026-11"}' --out artifacts`,
    'castellan submit nightly.ts --detach --label team=shop --attempts 3',
  ],
};

export const listHelp: HelpPage = {
  usage: ['castellan list [options]'],
  about: ['Lists the runs of a service, the newest first.', whichService],
  options: listOptions,
  examples: [
    'castellan list --status failed --label team=shop',
    `castellan list --json | jq -r '.items[].id'`,
  ],
};

export const keysHelp: HelpPage = {
  usage: ['castellan keys create|list|revoke [options]'],
  operands: ['create', 'list', 'revoke'],
  about: [],
  words: {
    'keys create': 'makes a key and prints it, once: only its hash is kept',
    'keys list': 'shows all keys that ever were, without the keys themselves',
    'keys revoke KEY_ID': 'takes a key out of force, at once, also in a service that runs',
  },
  options: keysOptions,
  closing: 'From the first key on, everything but /healthz and /readyz needs one.',
};

export const backupHelp: HelpPage = {
  usage: ['castellan backup DIR [options]'],
  operands: 'folder',
  about: [
    'Copies the records, the keys and the artifacts of a data folder into DIR, which must not be there, also while the service runs: it goes on. DIR is there when all of it is, or not at all. Runs and keys in PostgreSQL are backed up by its own tools, artifacts in a bucket by those of the bucket.',
  ],
  options: backupOptions,
  examples: ['castellan backup /var/backups/castellan-$(date +%F) --data /var/lib/castellan'],
  closing:
    'Whoever has the copy can read what scripts were given and gave back, and the hashes of keys. The config is not in it.',
};

export const restoreHelp: HelpPage = {
  usage: ['castellan restore DIR [options]'],
  operands: 'folder',
  about: [
    'Makes a data folder of the backup in DIR, as it was then: one that is empty, or not there yet. Runs that were under way are started again, or end as worker_lost, as after a crash.',
  ],
  options: backupOptions,
  examples: ['castellan restore /var/backups/castellan-2026-11-30 --data /var/lib/castellan'],
};

export const migrateHelp: HelpPage = {
  usage: ['castellan migrate to-database|to-files [options]'],
  operands: ['to-database', 'to-files'],
  about: [
    'Moves runs, queue, events, keys, functions, secrets and stored links from the files of a data folder into a PostgreSQL database, or back, while no service uses either. Every row is read back and compared before the copy takes its place; what was moved is kept under another name. Nothing is moved onto runs or keys that are there. Killed or cut off at any point, the same command goes on where it was.',
  ],
  words: {
    'migrate to-database': 'from the files of the data folder into the database',
    'migrate to-files': 'from the database into files of the data folder',
  },
  options: migrateOptions,
  examples: [
    'castellan migrate to-database --data /var/lib/castellan',
    'castellan migrate to-files --data /var/lib/castellan',
  ],
  closing: 'Artifacts stay where they are. More: docs/operations/postgresql.md',
};

export const remoteHelp: HelpPage = {
  usage: ['castellan logs|get|cancel|artifacts RUN_ID [options]'],
  about: ['Asks a service for one of its runs.', whichService],
  words: {
    logs: 'prints what the run logs, from the first line on and live; ends with the exit code that castellan run would have',
    get: 'prints the run as one JSON document',
    cancel: 'kills the run; its logs and artifacts stay',
    artifacts: 'lists what the run has made, and with --out fetches it',
  },
  options: remoteOptions,
};
