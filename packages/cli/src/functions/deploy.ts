import type { FunctionDefinition } from '@castellan/sdk';
import { UsageError } from '../args/usage-error.ts';
import { jsonText } from '../output/conclude.ts';
import { escapeLine } from '../output/escape.ts';
import { paintFor } from '../output/terminal.ts';
import { withService } from '../remote/service.ts';
import { lineOf } from '../run/check.ts';
import { exitCodes } from '../run/exit-code.ts';
import { parseJson } from '../run/request.ts';
import { readSource } from '../source/read.ts';
import { scriptOf, submitArgumentsOf } from '../submit/request.ts';
import { given, recordedOf, type Verb } from './verb.ts';

/** Stores a script as a version of a function. Throws `UsageError`. */
export const deploy: Verb = async ({ values, operands, terminal, interrupted }) => {
  const [name = '', file = ''] = operands;
  const { description, schema, stored, recorded, public: isPublic, tenant, json } = values;
  const { asked, askedOfRun, ...script } = submitArgumentsOf(values, [file]);
  const { source } = await readSource(script, terminal, interrupted);
  const { params: _none, ...ofRun } = askedOfRun;
  const definition: FunctionDefinition = {
    ...scriptOf(source),
    ...asked,
    ...ofRun,
    ...given({
      tenant,
      description,
      schema: schema === undefined ? undefined : schemaOf(schema),
      public: isPublic,
      live: stored === true ? false : undefined,
      calls: recorded === undefined ? undefined : { record: recordedOf(recorded) },
    }),
  };
  const { stdout, stderr } = terminal;
  return withService(process.env, terminal, async (castellan) => {
    const deployed = await castellan.functions.put(name, definition, { signal: interrupted });
    if (json === true) {
      stdout.write(jsonText(deployed, stdout));
      return exitCodes.ok;
    }
    const { version, problems } = deployed;
    const { aliases } = deployed.function;
    for (const problem of problems) {
      stderr.write(paintFor(stderr, process.env)('yellow', `${lineOf(problem)}\n`));
    }
    const isLive = aliases['live']?.version === version.version;
    stdout.write(
      `${escapeLine(name)} version ${version.version}${isLive ? ' is live' : ' is stored'}\n`,
    );
    return exitCodes.ok;
  });
};

function schemaOf(text: string): object | boolean {
  const schema = parseJson(text, '--schema');
  if (typeof schema === 'boolean') return schema;
  if (typeof schema === 'object' && schema !== null) return schema;
  throw new UsageError(`--schema must be an object or a boolean, not ${JSON.stringify(schema)}.`);
}
