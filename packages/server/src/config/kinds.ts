/** What an option's value may be. */
export interface Kind<Value> {
  /** Ends the sentence "… must be …". */
  readonly says: string;
  /** The value, copied; undefined when it is none. */
  read(value: unknown): Value | undefined;
  /** The value that a text of the environment stands for, before `read`. */
  parse(text: string): unknown;
  /** The value must not be shown. */
  readonly isSecret?: boolean;
}

const asText = (given: string): unknown => given;

function kind<Value>(
  says: string,
  read: (value: unknown) => Value | undefined,
  parse: Kind<Value>['parse'] = asText,
): Kind<Value> {
  return { says, read, parse };
}

export const text: Kind<string> = kind('a text', (value) =>
  typeof value === 'string' && value !== '' ? value : undefined,
);

export const flag: Kind<boolean> = kind(
  'true or false',
  (value) => (typeof value === 'boolean' ? value : undefined),
  (given) => (given === 'true' ? true : given === 'false' ? false : given),
);

export function whole(min: number, max: number = Number.MAX_SAFE_INTEGER): Kind<number> {
  const upTo = max === Number.MAX_SAFE_INTEGER ? 'on' : `to ${max}`;
  return kind(
    `a whole number from ${min} ${upTo}`,
    (value) =>
      Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max
        ? (value as number)
        : undefined,
    (given) => (/^\d+$/.test(given) ? Number(given) : given),
  );
}

export function oneOf<const Word extends string>(...words: readonly Word[]): Kind<Word> {
  return kind(`one of ${words.join(', ')}`, (value) => words.find((word) => word === value));
}

export function listOf<Value>(item: Kind<Value>): Kind<readonly Value[]> {
  return kind(
    `a list, each ${item.says}`,
    (value) => {
      if (!Array.isArray(value)) return undefined;
      const read = value.map((each: unknown) => item.read(each));
      return read.includes(undefined) ? undefined : (read as Value[]);
    },
    (given) =>
      given
        .split(',')
        .map((each) => each.trim())
        .filter((each) => each !== '')
        .map((each) => item.parse(each)),
  );
}

export function orNull<Value>(item: Kind<Value>): Kind<Value | null> {
  return kind(
    `null or ${item.says}`,
    (value) => (value === null ? null : item.read(value)),
    (given) => (given === 'null' ? null : item.parse(given)),
  );
}

/** What one of two kinds takes. */
export function either<One, Other>(one: Kind<One>, other: Kind<Other>): Kind<One | Other> {
  return kind(`${one.says}, or ${other.says}`, (value) => one.read(value) ?? other.read(value));
}

/** An object with these keys and no others. */
export function shape<Value extends object>(
  says: string,
  fields: { readonly [Key in keyof Value]-?: Kind<NonNullable<Value[Key]>> },
  {
    optional = [],
    isSecret = false,
  }: { optional?: readonly (keyof Value)[]; isSecret?: boolean } = {},
): Kind<Value> {
  const read = (value: unknown): Value | undefined => {
    if (!isRecord(value)) return undefined;
    if (Object.keys(value).some((key) => !Object.hasOwn(fields, key))) return undefined;
    const copy: Record<string, unknown> = {};
    for (const [key, field] of Object.entries<Kind<unknown>>(fields)) {
      if (value[key] === undefined && (optional as readonly string[]).includes(key)) continue;
      const found = field.read(value[key]);
      if (found === undefined) return undefined;
      copy[key] = found;
    }
    return copy as Value;
  };
  return { ...kind(says, read), isSecret };
}

export function recordOf<Value>(
  says: string,
  item: Kind<Value>,
): Kind<Readonly<Record<string, Value>>> {
  const read = (value: unknown): Readonly<Record<string, Value>> | undefined => {
    if (!isRecord(value)) return undefined;
    const entries = Object.entries(value).map(([key, each]) => [key, item.read(each)] as const);
    if (entries.some(([, each]) => each === undefined)) return undefined;
    return Object.fromEntries(entries) as Record<string, Value>;
  };
  return { ...kind(says, read), isSecret: item.isSecret ?? false };
}

/** Functions, in objects of any depth; they are not copied. */
export const functions: Kind<object | null> = kind('null or an object of functions', (value) =>
  value === null || isRecord(value) ? (value as object | null) : undefined,
);

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
