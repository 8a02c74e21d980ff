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
  const bytes = Buffer.byteLength(json);
  if (bytes <= paramsBytes) return json;
  throw new CastellanError(
    'params_too_large',
    `The params are ${bytes} bytes of JSON, paramsBytes allows ${paramsBytes}.`,
    { option: 'params' },
  );
}
