import {
  completionHelp,
  doctorHelp,
  helpHelp,
  imageHelp,
  runHelp,
  runtimeHelp,
  versionHelp,
} from './help.ts';
import { devHelp } from './dev-help.ts';
import { functionsHelp } from './functions-help.ts';
import type { HelpPage } from './help-page.ts';
import { secretsHelp } from './secrets-help.ts';
import { schedulesHelp } from './schedules-help.ts';
import {
  backupHelp,
  keysHelp,
  listHelp,
  migrateHelp,
  remoteHelp,
  restoreHelp,
  serveHelp,
  submitHelp,
} from './service-help.ts';
import { webhooksHelp } from './webhooks-help.ts';
import { workerHelp } from './worker-help.ts';

/** Every command with its page: what `--help`, the reference, the man page and completion know. */
export const commandPages = {
  run: runHelp,
  dev: devHelp,
  doctor: doctorHelp,
  runtime: runtimeHelp,
  image: imageHelp,
  serve: serveHelp,
  worker: workerHelp,
  keys: keysHelp,
  backup: backupHelp,
  restore: restoreHelp,
  migrate: migrateHelp,
  submit: submitHelp,
  list: listHelp,
  functions: functionsHelp,
  secrets: secretsHelp,
  schedules: schedulesHelp,
  webhooks: webhooksHelp,
  logs: remoteHelp,
  get: remoteHelp,
  cancel: remoteHelp,
  artifacts: remoteHelp,
  completion: completionHelp,
  help: helpHelp,
  version: versionHelp,
} as const satisfies Readonly<Record<string, HelpPage>>;

export type CommandName = keyof typeof commandPages;
