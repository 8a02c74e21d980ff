import { listOptions } from './help.ts';
import { keysOptions, remoteOptions, serveOptions } from './service-table.ts';

export function serveHelp(): string {
  return `castellan serve [options]

  The HTTP API, its durable queue, the launcher of boxes and the store, in one command, with all
  state in one folder. Prints the address when it is ready; logs are JSON lines on standard error.
  SIGTERM or Ctrl-C: nothing new is taken, runs have queue.drainMs to end, the rest is found again
  at the next start.

${listOptions(serveOptions)}
  Every other option is in the config: docs/reference/config.md
`;
}

export function keysHelp(): string {
  return `castellan keys create|list|revoke [options]

  keys create           makes a key and prints it, once: only its hash is kept
  keys list             shows all keys that ever were, without the keys themselves
  keys revoke KEY_ID    takes a key out of force, at once, also in a service that runs

${listOptions(keysOptions)}
  From the first key on, everything but /healthz and /readyz needs one.
`;
}

export function remoteHelp(): string {
  return `castellan logs|get|cancel|artifacts RUN_ID [options]

  Asks the service that CASTELLAN_URL names (default http://127.0.0.1:7400) with CASTELLAN_KEY.

  logs         prints what the run logs, from the first line on and live; ends with the exit code
               that castellan run would have
  get          prints the run as one JSON document
  cancel       kills the run; its logs and artifacts stay
  artifacts    lists what the run has made, and with --out fetches it

${listOptions(remoteOptions)}`;
}
