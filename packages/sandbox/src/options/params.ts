import { CastellanError } from '@castellan/protocol';
import { JsonText, NotJsonError, toStrictJson } from '@castellan/protocol/json';

/** The parameters of a run as JSON text. Throws `invalid_params` and `params_too_large`. */
export function paramsJson(params: unknown, paramsBytes: number): string {
  let json: string;
  try {
    json = params instanceof JsonText ? params.text : toStrictJson(params, 'params');
  } catch (error) {
    if (!(error instanceof NotJsonError)) throw error;
    throw new CastellanError('invalid_params', `${error.message}.`, { option: 'params' });
  }
  refuseLarger(json, paramsBytes, 'params', 'The params are', ' of JSON');
  return json;
}

/** Throws `params_too_large` for a standard input of more bytes than parameters may have. */
export function refuseLargeStdin(stdin: string, paramsBytes: number): void {
  refuseLarger(stdin, paramsBytes, 'stdin', 'The stdin is', '');
}

function refuseLarger(
  text: string,
  paramsBytes: number,
  option: string,
  subject: string,
  unit: string,
): void {
  const bytes = Buffer.byteLength(text);
  if (bytes <= paramsBytes) return;
  throw new CastellanError(
    'params_too_large',
    `${subject} ${bytes} bytes${unit}, paramsBytes allows ${paramsBytes}.`,
    { option },
  );
}
