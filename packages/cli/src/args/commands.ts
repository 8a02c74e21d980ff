import {
  completionHelp,
  doctorHelp,
  helpHelp,
  imageHelp,
  runHelp,
  runtimeHelp,
  versionHelp,
} from './help.ts';
import type { HelpPage } from './help-page.ts';
import {
  keysHelp,
  listHelp,
  migrateHelp,
  remoteHelp,
  serveHelp,
  submitHelp,
} from './service-help.ts';

/** Every command with its page: what `--help`, the reference, the man page and completion know. */
export const commandPages = {
  run: runHelp,
  doctor: doctorHelp,
  runtime: runtimeHelp,
  image: imageHelp,
  serve: serveHelp,
  keys: keysHelp,
  migrate: migrateHelp,
  submit: submitHelp,
  list: listHelp,
  logs: remoteHelp,
  get: remoteHelp,
  cancel: remoteHelp,
  artifacts: remoteHelp,
  completion: completionHelp,
  help: helpHelp,
  version: versionHelp,
} as const satisfies Readonly<Record<string, HelpPage>>;

export type CommandName = keyof typeof commandPages;
