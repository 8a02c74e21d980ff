import { ArtifactFolder } from '../output/artifact-folder.ts';
import { withService } from '../remote/service.ts';
import { parseJson } from '../run/request.ts';
import { UsageError } from '../args/usage-error.ts';
import { readStdin } from '../source/stdin.ts';
import { concludeAccepted } from '../submit/follow.ts';
import { bookkeepingOf } from '../submit/request.ts';
import { concludeAnswered } from './answered.ts';
import { given, recordedOf, type Told, type Verb, versionOf } from './verb.ts';

/** The source is on the service: of an error, no line of it is shown. */
const noSource = { files: new Map<string, string>(), withheld: new Map<string, string>() };

/** Runs a function, followed to its end. Throws `UsageError`. */
export const invoke: Verb = async ({ values, operands, terminal, interrupted }) => {
  const [name = ''] = operands;
  const { params, version, alias, tenant, detach = false, json = false } = values;
  const options = given({
    ...bookkeepingOf(values),
    alias,
    tenant,
    version: version === undefined ? undefined : versionOf(version, '--version'),
    versionKey: values['version-key'],
  });
  const sent = params === undefined ? {} : parseJson(params, '--params');
  const record = recordedOf(values.recorded);
  const isAnswered = record !== undefined && record !== 'all';
  if (isAnswered) refuseBookkeeping(values, record);
  return withService(process.env, terminal, async (castellan, origin) => {
    await using out =
      values.out === undefined || detach ? undefined : await ArtifactFolder.open(values.out);
    const stdin =
      values.stdin === true ? await readStdin(terminal, 'input', {}, interrupted) : undefined;
    if (isAnswered) {
      const { labels, version: number, versionKey } = options;
      const asked = { labels, alias, tenant, version: number, versionKey, record, stdin };
      const answer = await castellan.functions.call(name, sent, {
        ...given(asked),
        signal: interrupted,
      });
      return await concludeAnswered(answer, { isJson: json, out }, noSource, terminal);
    }
    const accepted = await castellan.functions.invoke(name, sent, {
      ...options,
      ...given({ stdin }),
    });
    const wish = { isJson: json, isDetached: detach };
    return await concludeAccepted({ accepted, interrupted, out, origin }, wish, noSource, terminal);
  });
};

/** Throws for what only a run has. */
function refuseBookkeeping(values: Told['values'], record: string): void {
  const found = (['detach', 'priority', 'ttl', 'attempts'] as const).find(
    (name) => values[name] !== undefined && values[name] !== false,
  );
  if (found === undefined) return;
  throw new UsageError(
    `--${found} is for calls that are runs, and not for --recorded ${record}: leave one of them out.`,
  );
}
