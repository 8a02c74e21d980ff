import { caps } from '@castellan/protocol/frames';
import type { CallMessage, SettleMessage } from '@castellan/protocol/frames';
import { packed } from '@castellan/protocol/json';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { HelperArguments } from '../channel/helpers.ts';
import type { DeclaredHelper, HelperContext } from './helper.ts';
import { BadValue, bytesOf, fromText } from './parcels.ts';
import { HelperError } from './helper-error.ts';
import { withoutPaths } from './paths.ts';

/** The fields of an answer, and the bytes that follow them. */
type Answer = { readonly bytes?: Uint8Array } & (SettleMessage extends infer Message
  ? Message extends unknown
    ? Omit<Message, 'id'>
    : never
  : never);

/** Makes what a helper calls out of the number of a function of the script. */
type FunctionOf = ((id: number) => unknown) | undefined;

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
  { path, args, parts }: Pick<CallMessage, 'path'> & HelperArguments,
  context: HelperContext,
  functionOf?: FunctionOf,
): Promise<Answer> {
  try {
    if (declared === undefined)
      throw new CallError('unknown_helper', `There is no helper ${JSON.stringify(path)}`);
    const { run, options } = declared;
    const given = await checked(
      options.args,
      argumentsOf({ args, parts }, functionOf),
      `Arguments of ${path}`,
    );
    if (!Array.isArray(given))
      throw new TypeError(`The schema for the arguments of ${path} must give an array`);
    // The run may have ended while the arguments were validated; nobody waits for the answer then.
    if (context.signal.aborted) throw new CallError('run_ended', 'The run has ended');
    const returned: unknown = await Reflect.apply(run, context, given);
    const result = await checked(options.result, returned, `Result of ${path}`);
    if (result === undefined) return { ok: true, json: '' };
    const { text, bytes } = packed(result, `the result of ${path}`, bytesOf);
    return bytes === null
      ? { ok: true, json: text }
      : { ok: true, json: text, parcel: true, bytes };
  } catch (error) {
    return { ok: false, ...visible(error) };
  }
}

/** Throws `CallError` for arguments that are no array, or that would cost more than their length. */
function argumentsOf({ args, parts }: HelperArguments, functionOf: FunctionOf): unknown[] {
  try {
    const given = fromText(args, parts, 'The arguments', functionOf);
    if (Array.isArray(given)) return given;
    throw new BadValue('The arguments are no array');
  } catch (error) {
    if (!(error instanceof BadValue)) throw error;
    throw new CallError('invalid_arguments', error.message);
  }
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

interface Visible {
  readonly code: string;
  readonly message: string;
  readonly name?: string;
  readonly fields?: string;
}

/** The part of a host error that a script may see: no stack, no path, and fields of its own kind only. */
function visible(error: unknown): Visible {
  if (error instanceof HelperError) {
    const { code, name, message, fieldsJson: fields } = error;
    return { code, message: withoutPaths(message), name: name.slice(0, caps.errorName), fields };
  }
  const { code } = (typeof error === 'object' && error !== null ? error : {}) as { code?: unknown };
  const shown = isWord(code) ? code : 'helper_failed';
  if (error instanceof Error) {
    const message = withoutPaths(error.message);
    const { name } = error;
    return isWord(name) && name !== 'Error'
      ? { code: shown, message, name }
      : { code: shown, message };
  }
  return {
    code: shown,
    message: typeof error === 'string' ? withoutPaths(error) : 'The helper failed',
  };
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && /^\w{1,64}$/.test(value);
}
