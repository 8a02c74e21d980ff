import fc from 'fast-check';

/** How to make a value: see `fixtures/made.cjs`. */
export type Recipe = { readonly kind: string } & Partial<{
  readonly value: unknown;
  readonly text: string;
  readonly time: number;
  readonly name: string;
  readonly levels: number;
  readonly bytes: readonly number[];
  readonly items: readonly Recipe[];
  readonly entries: readonly (readonly [string, Recipe])[];
  readonly inner: Recipe;
}>;

/** A value that does not cross. */
const refused = Symbol('refused');
/** A property that is left out, an item that becomes null. */
const nothing = Symbol('nothing');

type Told = string | typeof refused | typeof nothing;

/** Which way a value crosses: functions do so among the arguments of asynchronous helpers only. */
export interface Way {
  readonly functions: boolean;
}

/** What must arrive of the values of a list, as `told` tells it; `null` when the call must be refused. */
export function arrival(recipes: readonly Recipe[], way: Way): string | null {
  // The list is the first level.
  const parts = recipes.map((recipe) => tell(recipe, { ...way, depth: 1, key: '' }));
  return parts.includes(refused) ? null : list(parts);
}

/** The same of one value. `undefined` crosses as such. */
export function arrivalOfOne(recipe: Recipe, way: Way): string | null {
  const told = tell(recipe, { ...way, depth: 0, key: '' });
  // Whatever is returned is awaited.
  if (recipe.kind === 'opaque' && recipe.name === 'promise') return 'number 1';
  if (told === refused) return null;
  if (told !== nothing) return told;
  // What `toJSON` makes undefined is null, as everything is that JSON has no word for.
  return recipe.kind === 'undefined' ? 'undefined undefined' : 'object null';
}

interface At extends Way {
  readonly depth: number;
  readonly key: string;
}

const mostLevels = 1_000;

function list(parts: readonly Told[]): string {
  return `[${parts.map((part) => (part === nothing ? 'object null' : String(part))).join()}]`;
}

function tell(recipe: Recipe, at: At, isReplaced = false): Told {
  const { kind, value, items = [], entries = [], bytes = [], inner } = recipe;
  const within = (key = ''): At => ({ ...at, depth: at.depth + 1, key });
  switch (kind) {
    case 'plain':
    case 'wrapped':
      return `${typeof value === 'object' ? 'object' : typeof value} ${JSON.stringify(value)}`;
    case 'number': {
      const number = Number(recipe.text);
      return Number.isFinite(number) ? `number ${JSON.stringify(number)}` : refused;
    }
    case 'raw': {
      const parsed: unknown = JSON.parse(recipe.text ?? '');
      return Object.is(parsed, -0) ? 'minus zero' : `${typeof parsed} ${JSON.stringify(parsed)}`;
    }
    case 'undefined':
      return nothing;
    case 'function':
      // Whoever awaits an object that has such a "then" would call it.
      return at.functions && !isReplaced && at.key !== 'then' ? 'a function' : refused;
    case 'date':
      return recipe.time! < 8.64e15 ? `string ${JSON.stringify(new Date(recipe.time!))}` : refused;
    case 'array':
    case 'holes': {
      if (at.depth >= mostLevels) return refused;
      const parts = items.map((item) => tell(item, within()));
      if (parts.includes(refused)) return refused;
      return list(kind === 'holes' ? [...parts, nothing, nothing] : parts);
    }
    case 'object':
    case 'bare':
    case 'instance':
    case 'frozen':
    case 'inherited':
    case 'accessors':
    case 'hidden':
      return tellEntries(entries, within);
    case 'toJSON':
      return tell(inner!, at, true);
    case 'proxy':
      return tell(inner!, at, true);
    case 'twice': {
      const one = tell(inner!, within());
      return one === refused ? refused : list([one, one]);
    }
    case 'deep': {
      // The text at the end is no level.
      if (at.depth + recipe.levels! > mostLevels) return refused;
      let told = 'string "end"';
      for (let level = 0; level < recipe.levels!; level++) {
        told = level % 2 === 1 ? `[${told}]` : `{"a":${told}}`;
      }
      return told;
    }
    case 'bytes':
    case 'part of bytes':
    case 'buffer':
    case 'view':
    case 'resizable':
    case 'dressed':
      // What `toJSON` returns is not looked at again, as in JSON.stringify.
      return isReplaced ? refused : `bytes ${bytes.join()}`;
    default:
      return refused;
  }
}

function tellEntries(
  entries: readonly (readonly [string, Recipe])[],
  within: (key: string) => At,
): Told {
  // The last of two with the same name, in the place of the first; whole numbers come first.
  const told = new Map<string, Told>();
  for (const [key, inner] of entries) told.set(key, tell(inner, within(key)));
  if ([...told.values()].includes(refused)) return refused;
  const kept = [...told].filter(([, part]) => part !== nothing);
  const inOrder = Object.keys(Object.fromEntries(kept.map(([key]) => [`${key}`, 0])));
  // `fromEntries` defines "__proto__" as an own property, as whoever made the value did.
  return `{${inOrder.map((key) => `${JSON.stringify(key)}:${String(told.get(key))}`).join()}}`;
}

const keys = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'then',
    'toString',
    'length',
    'parts',
    '',
    '0',
    '7',
    'a b',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const someBytes = fc.array(fc.nat(255), { maxLength: 12 });

/** Whether whoever awaits it calls a function that never answers. */
export function neverSettles({ entries = [], inner }: Recipe): boolean {
  const isThen = ([key, { kind }]: readonly [string, Recipe]): boolean =>
    key === 'then' && kind === 'function';
  return entries.some(isThen) || (inner !== undefined && neverSettles(inner));
}

/** Values of every kind, in each other. */
export const recipes = fc.letrec<{ recipe: Recipe; leaf: Recipe; tree: Recipe }>((tie) => {
  const entries = fc.uniqueArray(fc.tuple(keys, tie('recipe')), {
    maxLength: 4,
    selector: ([key]) => key,
  });
  const items = fc.array(tie('recipe'), { maxLength: 4 });
  const leaf = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('plain'), value: plain() }) },
    fc.record({
      kind: fc.constant('number'),
      text: fc.constantFrom('0', '-1.5', '1e308', '5e-324', '9007199254740993', 'NaN', '-Infinity'),
    }),
    fc.record({ kind: fc.constant('raw'), text: fc.constantFrom('1', '-0', '1e2', '"x"', 'true') }),
    fc.record({ kind: fc.constantFrom('undefined', 'function') }),
    fc.record({ kind: fc.constant('wrapped'), value: fc.constantFrom(5, 'x', true) }),
    fc.record({ kind: fc.constant('date'), time: fc.constantFrom(0, 1e12, 9e99) }),
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom('bytes', 'part of bytes', 'buffer', 'view', 'resizable', 'dressed'),
        bytes: someBytes,
      }),
    },
    fc.record({ kind: fc.constantFrom('bigint', 'symbol', 'cycle', 'throws') }),
    fc.record({
      kind: fc.constant('deep'),
      levels: fc.constantFrom(1, 7, 990, 998, 999, 1_000, 1_001),
    }),
    fc.record({
      kind: fc.constant('opaque'),
      name: fc.constantFrom(
        'map',
        'set',
        'weak',
        'regexp',
        'error',
        'promise',
        'generator',
        'iterator',
        'headers',
        'blob',
        'signal',
      ),
    }),
  );
  const objects = ['object', 'bare', 'instance', 'frozen', 'inherited', 'accessors', 'hidden'];
  const tree = fc.oneof(
    fc.record({ kind: fc.constantFrom('array', 'holes'), items }),
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom(...objects), entries }) },
    fc.record({
      kind: fc.constant('toJSON'),
      inner: tie('leaf').filter(({ kind }) => kind !== 'raw' && kind !== 'date'),
    }),
    fc.record({
      kind: fc.constant('proxy'),
      inner: fc.record({ kind: fc.constantFrom('object', 'bare'), entries }),
    }),
    fc.record({ kind: fc.constant('twice'), inner: tie('recipe') }),
  );
  return {
    leaf,
    tree,
    recipe: fc.oneof({ maxDepth: 4 }, { weight: 3, arbitrary: tie('leaf') }, tie('tree')),
  };
}).recipe;

function plain(): fc.Arbitrary<unknown> {
  return fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom('\ud800', '\0', '\u2028', '"],"ok":true', '__proto__', 'canary'),
  );
}
