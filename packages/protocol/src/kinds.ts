/**
 * Validators for the options of code, config files, requests and command lines. Untrusted frames
 * are read with `fields.ts` instead.
 */
import { type JsonSchema, type Kind, Misfit } from './kind.ts';

const asText = (given: string): unknown => given;

function simple<Value>(
  says: string,
  schema: JsonSchema,
  read: (value: unknown) => Value | undefined,
  parse: Kind<Value>['parse'] = asText,
): Kind<Value> {
  return {
    says,
    schema,
    parse,
    read(value) {
      const found = read(value);
      if (found === undefined) throw new Misfit(says, value);
      return found;
    },
  };
}

/** A text that matches `form`; `says` must describe the form. */
export function textLike(
  says: string,
  form: RegExp,
  most: number = Number.MAX_SAFE_INTEGER,
): Kind<string> {
  const bound = most === Number.MAX_SAFE_INTEGER ? {} : { maxLength: most };
  return simple(says, { type: 'string', pattern: form.source, ...bound }, (value) =>
    typeof value === 'string' && value.length <= most && form.test(value) ? value : undefined,
  );
}

/** A text that is not empty. */
export const text: Kind<string> = simple('a text', { type: 'string', minLength: 1 }, (value) =>
  typeof value === 'string' && value !== '' ? value : undefined,
);

export const absolutePath = textLike('an absolute path', /^(?:\/|[A-Za-z]:[\\/]|\\\\)/);

/** Certificates in PEM; whether they can be read is found by whoever uses them. */
export const certificates = textLike(
  'the text of certificates in PEM, -----BEGIN CERTIFICATE----- and so on, not the path of a file',
  /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/,
);

/** Any text; may be empty. */
export const anyText: Kind<string> = simple('a text', { type: 'string' }, (value) =>
  typeof value === 'string' ? value : undefined,
);

/** A text of at most `most` UTF-16 units; may be empty. */
export function textUpTo(most: number): Kind<string> {
  return simple(
    `a text of at most ${most} characters`,
    { type: 'string', maxLength: most },
    (value) => (typeof value === 'string' && value.length <= most ? value : undefined),
  );
}

export const flag: Kind<boolean> = simple(
  'true or false',
  { type: 'boolean' },
  (value) => (typeof value === 'boolean' ? value : undefined),
  (given) => (given === 'true' ? true : given === 'false' ? false : given),
);

export function whole(min: number, max: number = Number.MAX_SAFE_INTEGER): Kind<number> {
  const isOpen = max === Number.MAX_SAFE_INTEGER;
  return simple(
    `a whole number from ${min} ${isOpen ? 'on' : `to ${max}`}`,
    { type: 'integer', minimum: min, ...(isOpen ? {} : { maximum: max }) },
    (value) => (isWhole(value) && value >= min && value <= max ? value : undefined),
    (given) => (/^\d+$/.test(given) ? Number(given) : given),
  );
}

/** A number, fractions allowed. */
export function numberFrom(min: number, max: number): Kind<number> {
  return simple(
    `a number from ${min} to ${max}`,
    { type: 'number', minimum: min, maximum: max },
    (value) => (typeof value === 'number' && value >= min && value <= max ? value : undefined),
    (given) => (given.trim() === '' || Number.isNaN(Number(given)) ? given : Number(given)),
  );
}

/** How many processors a box may use at a time. */
export const processors = numberFrom(0.05, 1_024);

export function oneOf<const Word extends string>(words: readonly Word[]): Kind<Word> {
  const says = `one of ${words.join(', ')}`;
  return {
    says,
    schema: { type: 'string', enum: words },
    allowed: words,
    parse: asText,
    read(value) {
      const found = words.find((word) => word === value);
      if (found === undefined) throw new Misfit(says, value, { allowed: words });
      return found;
    },
  };
}

/** Any value, unchecked: the code that uses it checks it. */
export const anything: Kind<unknown> = {
  says: 'any value',
  schema: {},
  read: (value) => value,
  parse: asText,
};

/** Functions, in objects of any depth; they are not copied. */
export const functions: Kind<object> = simple('an object of functions', {}, (value) =>
  isRecord(value) ? value : undefined,
);

/** An object that `test` accepts; it is not copied. */
export function thatIs<Value extends object>(
  says: string,
  test: (value: unknown) => value is Value,
): Kind<Value> {
  return simple(says, {}, (value) => (test(value) ? value : undefined));
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
