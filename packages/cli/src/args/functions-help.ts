import { namesOf } from '@castellan/protocol';
import { definitionOptions, functionsOptions, functionVerbs } from './functions-table.ts';
import type { HelpPage } from './help-page.ts';
import type { OptionTable } from './option.ts';
import { submitHelp, submitLimits, whichService } from './service-help.ts';

const shared: OptionTable = { ...definitionOptions, ...submitLimits };

export const functionsHelp: HelpPage = {
  usage: [`castellan functions ${namesOf(functionVerbs).join('|')} …`],
  operands: namesOf(functionVerbs),
  about: [
    'Scripts that a service stores once and runs by their names. Versions are numbered and never change; a deployment or a rollback only changes which one calls run, and those that have begun end with theirs.',
    whichService,
  ],
  words: {
    'functions deploy NAME FILE|-': 'checks the script, stores it as a version, and makes it live',
    'functions list': 'lists functions, the newest first',
    'functions get NAME': 'prints the function with its versions as one JSON document',
    'functions diff NAME FROM TO':
      'prints what is different in two versions: numbers, or aliases such as live',
    'functions invoke NAME':
      'runs it, and follows the run as castellan submit does, with its exit codes',
    'functions logs NAME': 'prints what its newest runs have logged, the oldest of them first',
    'functions rollback NAME': 'has calls run the version before that was live',
    'functions alias NAME ALIAS VERSION':
      'names a version: live, canary with --percent, or a name of yours',
    'functions delete NAME': 'removes it with all its versions; its runs stay',
  },
  options: functionsOptions,
  more: {
    sentence:
      'deploy takes these too, with what castellan submit does by them: its calls run so. TIME is 500ms, 5s or 2m; SIZE is in b kb mb gb kib mib gib.',
    options: Object.fromEntries(
      Object.entries(shared).filter(([name]) => !Object.hasOwn(functionsOptions, name)),
    ),
  },
  ...(submitHelp.exitCodes === undefined ? {} : { exitCodes: submitHelp.exitCodes }),
  examples: [
    'castellan functions deploy greet greet.ts --wall 2s --allow-host api.example.com',
    `castellan functions invoke greet --params '{"name":"Ada"}'`,
    `castellan functions invoke greet --params '{"name":"Ada"}' --recorded none`,
    'castellan functions deploy greet greet.ts --stored',
    'castellan functions diff greet live 2',
    'castellan functions alias greet canary 2 --percent 10',
  ],
};
