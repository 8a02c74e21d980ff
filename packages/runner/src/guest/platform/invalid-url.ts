/** Node's error of a text that is no URL; `base` as it was given. */
export function invalidUrl(input: string, base?: string): TypeError {
  const error = new TypeError('Invalid URL') as TypeError & Record<string, string>;
  error['code'] = 'ERR_INVALID_URL';
  error['input'] = input;
  if (base !== undefined) error['base'] = base;
  return error;
}
