/** An error with a `code`, as Node's own are made. */
export function nodeError<E extends Error>(
  Type: new (message: string) => E,
  code: string,
  message: string,
): E {
  const error = Object.assign(new Type(message), { code });
  const { stack } = error;
  if (typeof stack === 'string') error.stack = stack.replace(error.name, `${error.name} [${code}]`);
  return error;
}

/** `ERR_INVALID_ARG_TYPE`, in Node's words. */
export function wrongType(name: string, expected: string, value: unknown): TypeError {
  return nodeError(
    TypeError,
    'ERR_INVALID_ARG_TYPE',
    `The "${name}" argument must be ${expected}. Received ${received(value)}`,
  );
}

/** `ERR_OUT_OF_RANGE`, in Node's words. */
export function outOfRange(name: string, range: string, value: unknown): RangeError {
  return nodeError(
    RangeError,
    'ERR_OUT_OF_RANGE',
    `The value of "${name}" is out of range. It must be ${range}. Received ${String(value)}`,
  );
}

export function abortError(signal: AbortSignal): Error {
  const error = Object.assign(new Error('The operation was aborted', { cause: signal.reason }), {
    code: 'ABORT_ERR',
  });
  error.name = 'AbortError';
  return error;
}

function received(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'function') return `function ${value.name}`;
  if (typeof value === 'object') return `an instance of ${value.constructor?.name ?? 'Object'}`;
  const plain = value as string | number | bigint | boolean | symbol;
  const text = typeof plain === 'string' ? `'${plain.slice(0, 25)}'` : String(plain);
  return `type ${typeof value} (${text})`;
}
