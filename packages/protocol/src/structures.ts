/**
 * Kinds composed of other kinds: lists, objects, alternatives. A misfit inside one has its path.
 */
import { type Kind, Misfit } from './kind.ts';
import { isRecord } from './kinds.ts';

export function listOf<Value>(
  item: Kind<Value>,
  most: number = Number.MAX_SAFE_INTEGER,
): Kind<readonly Value[]> {
  const bound = most === Number.MAX_SAFE_INTEGER ? {} : { maxItems: most };
  const says = `a list, each ${item.says}`;
  return {
    says,
    schema: { type: 'array', items: item.schema, ...bound },
    ...(item.isSecret === true ? { isSecret: true } : {}),
    read(value) {
      if (!Array.isArray(value)) throw new Misfit(says, value);
      if (value.length > most) throw new Misfit(`a list of at most ${most} entries`, value.length);
      const parts = new Parts();
      const copy = value.map((each: unknown, index) => parts.read(item, each, index));
      parts.throwIfWrong();
      return copy as Value[];
    },
    parse: (given) =>
      given
        .split(',')
        .map((each) => each.trim())
        .filter((each) => each !== '')
        .map((each) => item.parse(each)),
  };
}

export function orNull<Value>(item: Kind<Value>): Kind<Value | null> {
  return {
    ...item,
    says: `null or ${item.says}`,
    schema: { anyOf: [...alternatives(item), { type: 'null' }] },
    read: (value) => (value === null ? null : reworded(item, value, (says) => `null or ${says}`)),
    parse: (given) => (given === 'null' ? null : item.parse(given)),
  };
}

/** A value of one of two kinds. A misfit inside an object or a list is reported by `other`. */
export function either<One, Other>(one: Kind<One>, other: Kind<Other>): Kind<One | Other> {
  const says = `${one.says}, or ${other.says}`;
  return {
    says,
    schema: { anyOf: [...alternatives(one), ...alternatives(other)] },
    parse: (given) => other.parse(given),
    read(value) {
      try {
        return one.read(value);
      } catch (error) {
        if (!(error instanceof Misfit)) throw error;
        return reworded(other, value, () => says);
      }
    },
  };
}

function alternatives({ schema }: Kind<unknown>): readonly unknown[] {
  const { anyOf } = schema;
  return Array.isArray(anyOf) ? anyOf : [schema];
}

/** Reads a value; if it is wrong as a whole, `says` makes the message out of that of `item`. */
function reworded<Value>(
  item: Kind<Value>,
  value: unknown,
  says: (message: string) => string,
): Value {
  try {
    return item.read(value);
  } catch (error) {
    if (!(error instanceof Misfit) || error.path.length > 0) throw error;
    throw new Misfit(says(error.message), error.value, {
      allowed: error.allowed,
      isSecret: error.isSecret,
    });
  }
}

/** An object with these keys and no others. A key that is undefined counts as missing. */
export function shape<Value extends object>(
  says: string,
  fields: { readonly [Key in keyof Value]-?: Kind<Exclude<Value[Key], undefined>> },
  {
    optional = [],
    isSecret = false,
  }: { optional?: readonly (keyof Value)[]; isSecret?: boolean } = {},
): Kind<Value> {
  const keys = Object.keys(fields);
  const isOptional = (key: string): boolean => (optional as readonly string[]).includes(key);
  const required = keys.filter((key) => !isOptional(key));
  const properties = Object.entries<Kind<unknown>>(fields).map(
    ([key, field]) => [key, field.schema] as const,
  );
  return {
    says,
    schema: {
      type: 'object',
      properties: Object.fromEntries(properties),
      ...(required.length === 0 ? {} : { required }),
      additionalProperties: false,
    },
    isSecret,
    parse: (given) => given,
    read(value) {
      if (!isRecord(value)) throw new Misfit(says, value, { isSecret });
      const parts = new Parts(isSecret);
      for (const [key, part] of Object.entries(value)) {
        if (part === undefined || Object.hasOwn(fields, key)) continue;
        const unknown = { path: [key], allowed: keys, isUnknownKey: true, isSecret };
        parts.refuse(new Misfit(says, part, unknown));
      }
      const copy: Record<string, unknown> = {};
      for (const [key, field] of Object.entries<Kind<unknown>>(fields)) {
        if (value[key] === undefined && isOptional(key)) continue;
        copy[key] = parts.read(field, value[key], key);
      }
      parts.throwIfWrong();
      return copy as Value;
    },
  };
}

/** An object whose values are all of one kind; `keys` validates the names. */
export function recordOf<Value>(
  says: string,
  item: Kind<Value>,
  keys: Kind<string> | null = null,
  most: number = Number.MAX_SAFE_INTEGER,
): Kind<Readonly<Record<string, Value>>> {
  const isSecret = item.isSecret ?? false;
  return {
    says,
    schema: {
      type: 'object',
      additionalProperties: item.schema,
      ...(keys === null ? {} : { propertyNames: keys.schema }),
      ...(most === Number.MAX_SAFE_INTEGER ? {} : { maxProperties: most }),
    },
    isSecret,
    parse: (given) => given,
    read(value) {
      if (!isRecord(value)) throw new Misfit(says, value, { isSecret });
      const entries = Object.entries(value);
      if (entries.length > most) {
        throw new Misfit(`an object of at most ${most} entries`, entries.length);
      }
      const parts = new Parts(isSecret);
      const copy = entries.map(([key, part]) => {
        if (keys !== null) parts.read(keys, key, key);
        return [key, parts.read(item, part, key)] as const;
      });
      parts.throwIfWrong();
      return Object.fromEntries(copy) as Record<string, Value>;
    },
  };
}

/** Reads all parts of a value before it throws, so that all misfits are reported at once. */
class Parts {
  readonly #isSecret: boolean;
  readonly #misfits: Misfit[] = [];

  constructor(isSecret = false) {
    this.#isSecret = isSecret;
  }

  /** Returns the part at a key or an index; undefined if it is wrong. */
  read<Value>(item: Kind<Value>, value: unknown, at: string | number): Value | undefined {
    try {
      return item.read(value);
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      this.refuse(error.within(at, this.#isSecret));
      return undefined;
    }
  }

  refuse(misfit: Misfit): void {
    if (this.#misfits.length < mostMisfits) this.#misfits.push(misfit);
  }

  throwIfWrong(): void {
    const [first, ...more] = this.#misfits.flatMap((each) => [each, ...each.others]);
    if (first !== undefined) throw first.beside(more.slice(0, mostMisfits - 1));
  }
}

/** The most misfits that are reported for one value. */
const mostMisfits = 20;
