/** An error with a `code`, as Node's own are made. */
export function nodeError<E extends Error>(
  Type: new (message: string) => E,
  code: string,
  message: string,
): E {
  const error = Object.assign(new Type(message), { code });
  const { stack } = error;
  if (typeof stack === 'string') error.stack = stack.replace(error.name, `${error.name} [${code}]`);
  Object.defineProperty(error, 'toString', {
    value(this: Error): string {
      return `${this.name} [${code}]: ${this.message}`;
    },
    writable: true,
    configurable: true,
  });
  return error;
}

const typeNames = [
  'string',
  'number',
  'boolean',
  'bigint',
  'symbol',
  'function',
  'object',
  'Function',
  'Object',
];

/**
 * `ERR_INVALID_ARG_TYPE`, in Node's words. `expected` is how the sentence goes on, or the names of types and
 * classes.
 */
export function wrongType(
  name: string,
  expected: string | readonly string[],
  value: unknown,
): TypeError {
  const names = typeof expected === 'string' ? [expected] : expected;
  const types = names.filter((one) => typeNames.includes(one)).map((one) => one.toLowerCase());
  const classes = names.filter((one) => !typeNames.includes(one));
  const parts = [
    types.length > 1 ? `one of type ${listed(types)}` : types.map((type) => `of type ${type}`)[0],
    /^[a-z]/.test(classes[0] ?? 'a') ? classes[0] : `an instance of ${listed(classes)}`,
  ];
  const kind = name.includes('.') ? 'property' : 'argument';
  const must = parts.filter((part) => part !== undefined).join(' or ');
  const message = `The "${name}" ${kind} must be ${must}. Received ${received(value)}`;
  return nodeError(TypeError, 'ERR_INVALID_ARG_TYPE', message);
}

/** Names in a sentence: `a`, `a or b`, `a, b, or c`. */
export function listed(names: readonly string[], word = 'or'): string {
  const last = names.at(-1) ?? '';
  if (names.length < 3) return names.join(` ${word} `);
  return `${names.slice(0, -1).join(', ')}, ${word} ${last}`;
}

/** `ERR_OUT_OF_RANGE`, in Node's words. */
export function outOfRange(name: string, range: string, value: unknown): RangeError {
  return nodeError(
    RangeError,
    'ERR_OUT_OF_RANGE',
    `The value of "${name}" is out of range. It must be ${range}. Received ${amount(value)}`,
  );
}

/** `AbortError`, by the signal that has stopped something. */
export function abortError(signal: AbortSignal): Error {
  const error = Object.assign(new Error('The operation was aborted', { cause: signal.reason }), {
    code: 'ABORT_ERR',
  });
  error.name = 'AbortError';
  return error;
}

/** A value as it stands in a message about ranges: large whole numbers in groups of three. */
function amount(value: unknown): string {
  const isLarge =
    (typeof value === 'bigint' && (value > 2n ** 32n || value < -(2n ** 32n))) ||
    (Number.isInteger(value) && Math.abs(value as number) > 2 ** 32);
  if (!isLarge) return castellan.inspection.inspect(value);
  const digits = String(value).replaceAll(/(?<=\d)(?=(?:\d{3})+$)/g, '_');
  return typeof value === 'bigint' ? `${digits}n` : digits;
}

/** A value as messages end with it. */
export function received(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'function') return `function ${value.name}`;
  if (typeof value === 'object') {
    const { constructor } = value;
    if (typeof constructor === 'function') return `an instance of ${constructor.name}`;
    return castellan.inspection.inspect(value, { depth: -1 });
  }
  if (typeof value === 'bigint') return `type bigint (${value}n)`;
  if (typeof value === 'number') return `type number (${Object.is(value, -0) ? '-0' : value})`;
  if (typeof value !== 'string')
    return `type ${typeof value} (${castellan.inspection.inspect(value)})`;
  const short = value.length > 28 ? `${value.slice(0, 25)}...` : value;
  return `type string (${short.includes("'") ? JSON.stringify(short) : `'${short}'`})`;
}
