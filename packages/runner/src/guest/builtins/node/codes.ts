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

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : castellan.inspection.inspect(value, { depth: 0 });

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
    ERR_ILLEGAL_CONSTRUCTOR: [TypeError, () => 'Illegal constructor'],
    ERR_INVALID_BUFFER_SIZE: [RangeError, (bits) => `Buffer size must be a multiple of ${bits}`],
    ERR_INVALID_FILE_URL_HOST: [
      TypeError,
      (platform) => `File URL host must be "localhost" or empty on ${platform}`,
    ],
    ERR_INVALID_MIME_SYNTAX: [
      TypeError,
      (production, text, index) =>
        `The MIME syntax for a ${production} in "${text}" is invalid${index === '-1' ? '' : ` at ${index}`}`,
    ],
    ERR_INVALID_THIS: [TypeError, (name) => `Value of "this" must be of type ${name}`],
    ERR_INVALID_URI: [URIError, () => 'URI malformed'],
    ERR_INVALID_URL_SCHEME: [TypeError, (scheme) => `The URL must be of scheme ${scheme}`],
    ERR_METHOD_NOT_IMPLEMENTED: [Error, (name) => `The ${name} method is not implemented`],
    ERR_MULTIPLE_CALLBACK: [Error, () => 'Callback called multiple times'],
    ERR_PARSE_ARGS_INVALID_OPTION_VALUE: [TypeError, (text) => text],
    ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL: [
      TypeError,
      (text) => `Unexpected argument '${text}'. This command does not take positional arguments`,
    ],
    ERR_PARSE_ARGS_UNKNOWN_OPTION: [
      TypeError,
      (option, allowPositionals) =>
        `Unknown option '${option}'${
          allowPositionals === 'true'
            ? `. To specify a positional argument starting with a '-', place it at the end of the command after '--', as in '-- ${JSON.stringify(option)}`
            : ''
        }`,
    ],
    ERR_SOCKET_BAD_PORT: [RangeError, (name) => `${name} should be >= 0 and < 65536`],
    ERR_STREAM_ALREADY_FINISHED: [
      Error,
      (name) => `Cannot call ${name} after a stream was finished`,
    ],
    ERR_STREAM_CANNOT_PIPE: [Error, () => 'Cannot pipe, not readable'],
    ERR_STREAM_DESTROYED: [Error, (name) => `Cannot call ${name} after a stream was destroyed`],
    ERR_STREAM_NULL_VALUES: [TypeError, () => 'May not write null values to stream'],
    ERR_STREAM_PREMATURE_CLOSE: [Error, () => 'Premature close'],
    ERR_STREAM_PUSH_AFTER_EOF: [Error, () => 'stream.push() after EOF'],
    ERR_STREAM_UNABLE_TO_PIPE: [Error, () => 'Cannot pipe to a closed or destroyed stream'],
    ERR_STREAM_UNSHIFT_AFTER_END_EVENT: [Error, () => 'stream.unshift() after end event'],
    ERR_STREAM_WRITE_AFTER_END: [Error, () => 'write after end'],
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
      coded((...values) => nodeError(Type, code, words(...(values as unknown[]).map(textOf)))),
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
  ERR_FALSY_VALUE_REJECTION: coded((reason: unknown) =>
    Object.assign(
      nodeError(Error, 'ERR_FALSY_VALUE_REJECTION', 'Promise was rejected with falsy value'),
      { reason },
    ),
  ),
  ERR_INVALID_FILE_URL_PATH: coded((reason: string, input: unknown) => {
    const message = `File URL path ${reason}`;
    return Object.assign(nodeError(TypeError, 'ERR_INVALID_FILE_URL_PATH', message), { input });
  }),
  ERR_INVALID_URL: coded((input: string, base?: string) => {
    const given = base === undefined || base === null ? { input } : { input, base };
    return Object.assign(nodeError(TypeError, 'ERR_INVALID_URL', 'Invalid URL'), given);
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
