/** What the URL library throws, in Node's words and with its codes: it speaks those of Web IDL. */

/** The arguments that a function of `URLSearchParams` or `URL` cannot do without. */
const needed: Readonly<Record<string, string>> = {
  append: '"name" and "value" arguments',
  set: '"name" and "value" arguments',
  delete: '"name" argument',
  get: '"name" argument',
  getAll: '"name" argument',
  has: '"name" argument',
  URL: '"url" argument',
  canParse: '"url" argument',
  parse: '"url" argument',
};

type Found = readonly [message: string, code?: string];

/** How Node says it, by how the library does. */
const rules: readonly (readonly [RegExp, (...parts: string[]) => Found])[] = [
  [
    /^'(?:toString|toJSON|get href|get search)' called on an object that is not a valid instance of URL\.$/,
    () => ['Receiver must be an instance of class URL'],
  ],
  [
    /called on an object that is not a valid instance of URL\.$/,
    () => ['Cannot read private member #context from an object whose class did not declare it'],
  ],
  [
    /called on an object that is not a valid instance of (\w+)\.$/,
    (name) => [`Value of "this" must be of type ${name}`, 'ERR_INVALID_THIS'],
  ],
  [
    /^next\(\) called on a value that is not a URLSearchParams iterator/,
    () => ['Value of "this" must be of type URLSearchParamsIterator', 'ERR_INVALID_THIS'],
  ],
  [
    /'(\w+)'(?: on '\w+')?: \d arguments? required, but only/,
    (name) => [
      `The ${needed[name] ?? '"callback" argument'} must be specified`,
      'ERR_MISSING_ARGS',
    ],
  ],
  [
    / is a symbol, which cannot be converted to a string\.?$/,
    () => ['Cannot convert a Symbol value to a string'],
  ],
];

/** What is no rule's is said as it is. */
export function urlError(text: string): Found {
  for (const [pattern, how] of rules) {
    const found = pattern.exec(text);
    if (found !== null) return how(...found.slice(1));
  }
  return [text];
}
