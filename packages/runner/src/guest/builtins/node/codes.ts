/** The classes of Node's errors that its own JavaScript throws here: `new codes.ERR_…(…)`, in Node's words. */
import { listed, nodeError, outOfRange, received, wrongType } from './errors.ts';

type ErrorClass = new (message: string) => Error;
type Coded = (new (...values: unknown[]) => Error) & { HideStackFramesError: unknown };

const coded = (make: (...values: never[]) => Error): Coded => {
  const ctor = function (...values: unknown[]) {
    return make(...(values as never[]));
  } as unknown as Coded;
  // Node's checks throw a class that hides them from stacks.
  ctor.HideStackFramesError = ctor;
  return ctor;
};

/** Codes whose words are one sentence about their values. */
const sentences: Readonly<Record<string, readonly [ErrorClass, (...values: string[]) => string]>> =
  {
    ERR_AMBIGUOUS_ARGUMENT: [
      TypeError,
      (name, why) => `The "${name}" argument is ambiguous. ${why}`,
    ],
    ERR_BROTLI_INVALID_PARAM: [RangeError, (key) => `${key} is not a valid Brotli parameter`],
    ERR_BUFFER_OUT_OF_BOUNDS: [
      RangeError,
      (name?: string) =>
        name === undefined
          ? 'Attempt to access memory outside buffer bounds'
          : `"${name}" is outside of buffer bounds`,
    ],
    ERR_BUFFER_TOO_LARGE: [
      RangeError,
      (most) => `Cannot create a Buffer larger than ${most} bytes`,
    ],
    ERR_CONSTRUCT_CALL_REQUIRED: [
      TypeError,
      (name) => `Class constructor ${name} cannot be invoked without \`new\``,
    ],
    ERR_INVALID_BUFFER_SIZE: [RangeError, (bits) => `Buffer size must be a multiple of ${bits}`],
    ERR_INVALID_THIS: [TypeError, (name) => `Value of "this" must be of type ${name}`],
    ERR_SOCKET_BAD_PORT: [RangeError, (name) => `${name} should be >= 0 and < 65536`],
    ERR_TRAILING_JUNK_AFTER_STREAM_END: [
      TypeError,
      () => 'Trailing junk found after the end of the compressed stream',
    ],
    ERR_UNKNOWN_ENCODING: [TypeError, (name) => `Unknown encoding: ${name}`],
    ERR_UNKNOWN_SIGNAL: [TypeError, (name) => `Unknown signal: ${name}`],
    ERR_ZSTD_INVALID_PARAM: [RangeError, (key) => `${key} is not a valid zstd parameter`],
  };

export const codes: Readonly<Record<string, Coded>> = {
  ...Object.fromEntries(
    Object.entries(sentences).map(([code, [Type, words]]) => [
      code,
      coded((...values) => nodeError(Type, code, words(...(values as unknown[]).map(String)))),
    ]),
  ),
  ERR_INVALID_ARG_TYPE: coded(wrongType),
  ERR_INVALID_ARG_VALUE: coded((name: string, value: unknown, reason = 'is invalid') => {
    const kind = name.includes('.') ? 'property' : 'argument';
    const shown = castellan.inspection.inspect(value);
    const short = shown.length > 128 ? `${shown.slice(0, 128)}...` : shown;
    const message = `The ${kind} '${name}' ${reason}. Received ${short}`;
    return nodeError(TypeError, 'ERR_INVALID_ARG_VALUE', message);
  }),
  ERR_INVALID_RETURN_VALUE: coded((input: string, name: string, value: unknown) => {
    const message = `Expected ${input} to be returned from the "${name}" function but got ${received(value)}.`;
    return nodeError(TypeError, 'ERR_INVALID_RETURN_VALUE', message);
  }),
  ERR_MISSING_ARGS: coded((...names: (string | string[])[]) => {
    const quoted = names.map((name) =>
      [name]
        .flat()
        .map((one) => `"${one}"`)
        .join(' or '),
    );
    const message = `The ${listed(quoted, 'and')} argument${names.length > 1 ? 's' : ''} must be specified`;
    return nodeError(TypeError, 'ERR_MISSING_ARGS', message);
  }),
  ERR_OUT_OF_RANGE: coded(outOfRange),
  ERR_UNHANDLED_ERROR: coded((value?: unknown) => {
    const message =
      value === undefined ? 'Unhandled error.' : `Unhandled error. (${value as string})`;
    return nodeError(Error, 'ERR_UNHANDLED_ERROR', message);
  }),
};
