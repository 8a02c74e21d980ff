import { type CallMessage, caps, type SettleMessage } from '@castellan/protocol/frames';
import { exceededCap, mostNames, nodesFor, toStrictJson } from '@castellan/protocol/json';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { DeclaredHelper, HelperContext } from './helper.ts';
import { withoutPaths } from './paths.ts';

type Answer = SettleMessage extends infer Message
  ? Message extends unknown
    ? Omit<Message, 'id'>
    : never
  : never;

/** An error whose message may be shown to the script unchanged. */
class CallError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Calls a helper for a script. Never rejects: an error is returned as an answer. */
export async function callHelper(
  declared: DeclaredHelper | undefined,
  { path, args }: Pick<CallMessage, 'path'> & { readonly args: string },
  context: HelperContext,
): Promise<Answer> {
  try {
    if (declared === undefined)
      throw new CallError('unknown_helper', `There is no helper ${JSON.stringify(path)}`);
    const { run, options } = declared;
    const given = await checked(options.args, argumentsOf(args), `Arguments of ${path}`);
    if (!Array.isArray(given))
      throw new TypeError(`The schema for the arguments of ${path} must give an array`);
    // The run may have ended while the arguments were validated; nobody waits for the answer then.
    if (context.signal.aborted) throw new CallError('run_ended', 'The run has ended');
    const returned: unknown = await Reflect.apply(run, context, given);
    const result = await checked(options.result, returned, `Result of ${path}`);
    return {
      ok: true,
      json: result === undefined ? '' : toStrictJson(result, `the result of ${path}`),
    };
  } catch (error) {
    return { ok: false, ...visible(error) };
  }
}

/** Throws `CallError` for a JSON text that is no array, or that would cost more than its length. */
function argumentsOf(json: string): unknown[] {
  const nodes = nodesFor(json.length);
  const exceeded = exceededCap(json, { depth: caps.jsonDepth, nodes });
  if (exceeded !== null) {
    const more = {
      depth: 'are nested too deeply',
      nodes: `hold more than ${nodes} values and keys`,
      names: `have more than ${mostNames} different keys; pass a list of pairs instead`,
    }[exceeded];
    throw new CallError('invalid_arguments', `The arguments ${more}`);
  }
  const args: unknown = JSON.parse(json);
  if (!Array.isArray(args)) throw new CallError('invalid_arguments', 'The arguments are no array');
  return args;
}

async function checked(
  schema: StandardSchemaV1 | undefined,
  value: unknown,
  what: string,
): Promise<unknown> {
  if (schema === undefined) return value;
  const result = await schema['~standard'].validate(value);
  if (result.issues === undefined) return result.value;
  const issues = result.issues.slice(0, 5).map(({ message, path = [] }) => {
    const steps = path.map((step) => String(typeof step === 'object' ? step.key : step));
    return steps.length === 0 ? message : `at ${steps.join('.')}: ${message}`;
  });
  throw new CallError('invalid_arguments', `${what}: ${issues.join('; ')}`);
}

/** The part of a host error that a script may see: code and message, no stack and no path. */
function visible(error: unknown): { code: string; message: string } {
  const { code } = (typeof error === 'object' && error !== null ? error : {}) as { code?: unknown };
  const shown = typeof code === 'string' && /^\w{1,64}$/.test(code) ? code : 'helper_failed';
  if (error instanceof Error) return { code: shown, message: withoutPaths(error.message) };
  return {
    code: shown,
    message: typeof error === 'string' ? withoutPaths(error) : 'The helper failed',
  };
}
