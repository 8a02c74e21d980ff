import { limitOptions, runOptions } from '../../packages/cli/src/args/table.ts';
import type { OptionTable } from '../../packages/cli/src/args/row.ts';
import { runInputTable } from '../../packages/protocol/src/run-input.ts';
import {
  drivers,
  engines,
  isolationChoices,
  layers,
  logLevels,
  namesOf,
  networkOutcomes,
  reuses,
} from '../../packages/protocol/src/words.ts';
import { networkCodes } from '../../packages/protocol/src/network-codes.ts';
import { runOptionTable } from '../../packages/sandbox/src/options/run-table.ts';
import { type OptionRow, sandboxOptionTable } from '../../packages/sandbox/src/options/table.ts';
import { policyTable } from '../../packages/server/src/config/policy-table.ts';
import { code, codes, literal, mark, markdownPage, markdownTable } from './markdown.ts';

const head = `Where an option is set decides for how much it holds: a sandbox (in the library) or a policy (in the
service) for all of its runs, the options of a run for that one. A run can only narrow what its sandbox or policy
allows. An option that is not listed is an error, and so is a value that does not fit; the message names both.`;

const ofSandbox = `What \`createSandbox({ … })\` takes. **Policy** says what the same thing is called below
\`policies.<name>\` of the service, **run** the option of \`castellan run\`. The parts of \`network\` and \`browser\` are on
the page of [the library](library.md#networkoptions).`;

const ofRun = `What \`sandbox.run(source, { … })\` takes. What may be asked of any run has the same name and form in the
library and in the body of \`POST /v1/runs\`; **script** says whether it goes into the box, where the script has it.`;

const inCode = `These are the library's alone, or have another form elsewhere: in the service \`tenant\` and \`limits\` are fields
of the [request](http.md#what-a-run-may-be-given), and a run is cancelled by \`DELETE /v1/runs/{id}\`.`;

const aboutLayers = `The layers around a script. \`run.isolation.layers\` lists those that stood during the run, each
shown by the kernel about the running box, or by the launcher, which applied it. **Floor** marks those without which
\`castellan serve\` refuses a run by default; \`floor\` names others.`;

/** Returns the reference page of the options of a sandbox and of a run, with their values. */
export function optionsReference(): string {
  return markdownPage('Options', 'the tables of options and words', [
    head,
    '## Of a sandbox',
    ofSandbox,
    sandboxTable(),
    '## Of a run',
    ofRun,
    inputTable(),
    inCode,
    inCodeTable(),
    '## Engines',
    engineTable(),
    '## Isolation',
    'What may be asked of `isolation`; what was chosen is `run.isolation.driver`.',
    markdownTable(
      ['word', 'means', 'is a driver'],
      namesOf(isolationChoices).map((name) => [
        code(name),
        isolationChoices[name],
        mark(Object.hasOwn(drivers, name)),
      ]),
    ),
    '## Reuses',
    wordTable(reuses),
    '## Layers',
    aboutLayers,
    layerTable(),
    '## Levels of logs',
    wordTable(logLevels),
    '## Outcomes of outbound requests',
    wordTable(networkOutcomes),
    '## Why outbound requests fail',
    'The `code` of an entry of the network log, and the error that a request of a page fails with.',
    markdownTable(
      ['code', 'means', 'in pages'],
      namesOf(networkCodes).map((name) => [
        code(name),
        networkCodes[name].sentence,
        code(`net::${networkCodes[name].chromium}`),
      ]),
    ),
  ]);
}

function sandboxTable(): string {
  return markdownTable(
    ['option', 'must be', 'default', 'what it is', 'policy', 'run'],
    Object.entries<OptionRow<unknown>>(sandboxOptionTable).map(([name, row]) => [
      code(name),
      row.kind.says,
      row.default ?? '',
      row.engine === undefined
        ? row.sentence
        : `${row.sentence} Engine ${row.engine.name} only: ${row.engine.why}`,
      policyName(name),
      flagOf(name),
    ]),
  );
}

function inputTable(): string {
  return markdownTable(
    ['option', 'must be', 'default', 'what it is', 'script', 'run'],
    namesOf(runInputTable).map((name) => {
      const { asked, sentence, isForScript, ...row } = runInputTable[name];
      const standard = row.default === null ? '' : literal(row.default);
      // castellan run creates a sandbox for its one run: options that narrow a sandbox are options
      // of it.
      const flag = Object.hasOwn(sandboxOptionTable, name) ? '' : flagOf(name);
      return [code(name), asked.says, standard, sentence, mark(isForScript), flag];
    }),
  );
}

function inCodeTable(): string {
  const rows = namesOf(runOptionTable).filter((name) => !Object.hasOwn(runInputTable, name));
  return markdownTable(
    ['option', 'must be', 'what it is', 'run'],
    rows.map((name) => {
      const { kind, sentence } = runOptionTable[name];
      return [code(name), kind.says, sentence, flagOf(name)];
    }),
  );
}

/** Returns the name of a library's option in the policies of the service. */
function policyName(name: string): string {
  if (Object.hasOwn(policyTable, name)) return code(name);
  const has = Object.keys(policyTable).some((option) => option.startsWith(`${name}.`));
  return has ? code(`${name}.…`) : '';
}

/** Returns the option of `castellan run` that sets an option of the library. */
function flagOf(name: string): string {
  if (name === 'limits') {
    const [first = ''] = Object.keys(limitOptions);
    return `[${code(`--${first}`)} …](limits.md)`;
  }
  const flags = Object.entries<OptionTable[string]>(runOptions).filter(
    ([, row]) => row.library === name,
  );
  return flags.map(([flag]) => code(`--${flag}`)).join(' ');
}

function engineTable(): string {
  return markdownTable(
    ['engine', 'what it is', 'has Node', 'may be reused'],
    namesOf(engines).map((name) => {
      const { sentence, hasNode, reuses: how } = engines[name];
      return [code(name), sentence, mark(hasNode), codes(how)];
    }),
  );
}

function layerTable(): string {
  return markdownTable(
    ['layer', 'what it is', 'shown by', 'floor'],
    namesOf(layers).map((name) => {
      const { sentence, provedBy, isDefaultFloor } = layers[name];
      return [code(name), sentence, `the ${provedBy}`, mark(isDefaultFloor)];
    }),
  );
}

function wordTable(words: Readonly<Record<string, string>>): string {
  return markdownTable(
    ['word', 'means'],
    Object.entries(words).map(([word, means]) => [code(word), means]),
  );
}
