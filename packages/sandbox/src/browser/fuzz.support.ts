import { readFileSync } from 'node:fs';

/** A type of the protocol, as its makers write it down. */
interface Type {
  readonly name?: string;
  readonly type?: string;
  readonly $ref?: string;
  readonly enum?: readonly string[];
  readonly optional?: boolean;
  readonly items?: Type;
  readonly properties?: readonly Type[];
}

interface Domain {
  readonly domain: string;
  readonly types?: readonly (Type & { readonly id: string })[];
  readonly commands?: readonly { readonly name: string; readonly parameters?: readonly Type[] }[];
}

/** A command of the fuzzer, or what is left of one. */
export interface Fuzzed {
  readonly method: string;
  readonly params: Record<string, unknown>;
}

/** Makes commands of the protocol with values of the right type, of a wrong one, and hostile ones. */
export interface Fuzzer {
  /** A number from 0 up to, and without, `below`. */
  below(below: number): number;
  pick<T>(items: readonly T[]): T;
  /** A command for `method`, also for one that the protocol does not know. */
  command(method: string): Fuzzed;
  /** Collects ids out of an answer or an event, to be used again. */
  learn(value: unknown): void;
  /** Every method of the protocol. */
  readonly methods: readonly string[];
}

const domains = ['browser_protocol', 'js_protocol'].flatMap((name) => {
  const file = new URL(import.meta.resolve(`devtools-protocol/json/${name}.json`));
  return (JSON.parse(readFileSync(file, 'utf8')) as { domains: Domain[] }).domains;
});
const types = new Map(
  domains.flatMap(({ domain, types: list = [] }) =>
    list.map((type): [string, [string, Type]] => [`${domain}.${type.id}`, [domain, type]]),
  ),
);
const commands = new Map(
  domains.flatMap(({ domain, commands: list = [] }) =>
    list.map(({ name, parameters = [] }): [string, readonly [string, readonly Type[]]] => [
      `${domain}.${name}`,
      [domain, parameters],
    ]),
  ),
);

/** Ids of one name that are remembered. */
const mostIds = 16;
const idName = /(?:Id|id|Ids|handle|stream|storageKey|securityOrigin|requestId)$/;

/** The same seed makes the same commands, as long as it learns the same. `hostile` are texts of every kind. */
export function fuzzer(seed: number, hostile: readonly string[]): Fuzzer {
  const known = new Map<string, unknown[]>();
  let state = seed >>> 0;

  /** Mulberry32. */
  function random(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const numbers = [0, 1, 2, 3, 7, 100, 640, -1, 0.5, 1e3, 1e5, 2 ** 31, 1e300];
  const wrong = [null, true, 0, -1, '', [], {}, [[]], '__proto__', 'x'.repeat(3_000)];

  function value(domain: string, name: string, type: Type, depth: number): unknown {
    const ids = known.get(name.replace(/s$/, '')) ?? [];
    if (ids.length > 0 && below(8) > 0) return type.type === 'array' ? [pick(ids)] : pick(ids);
    if (below(12) === 0) return pick([...wrong, ...hostile]);
    if (type.$ref !== undefined) {
      const [home, found] =
        types.get(type.$ref.includes('.') ? type.$ref : `${domain}.${type.$ref}`) ?? [];
      return found === undefined || depth > 3 ? {} : value(home ?? domain, name, found, depth + 1);
    }
    if (type.enum !== undefined) return pick(below(3) === 0 ? hostile : type.enum);
    switch (type.type) {
      case 'string':
        return pick(hostile);
      case 'integer':
        return pick(numbers.filter(Number.isSafeInteger));
      case 'number':
        return pick(numbers);
      case 'boolean':
        return below(2) === 0;
      case 'array':
        return Array.from({ length: below(3) }, () =>
          value(domain, name, type.items ?? {}, depth + 1),
        );
      case 'object':
        return fields(domain, type.properties ?? [], depth + 1);
      default:
        return pick([...wrong, ...hostile]);
    }
  }

  function fields(
    domain: string,
    properties: readonly Type[],
    depth: number,
  ): Record<string, unknown> {
    const given: Record<string, unknown> = {};
    for (const property of properties) {
      const { name = '' } = property;
      if (property.optional === true && below(3) > 0) continue;
      given[name] = value(domain, name, property, depth);
    }
    return given;
  }

  function remember(name: string, id: unknown): void {
    if (typeof id !== 'string' && typeof id !== 'number') return;
    const ids = known.get(name) ?? [];
    known.set(name, ids);
    if (!ids.includes(id)) ids.push(id);
    if (ids.length > mostIds) ids.shift();
  }

  function learn(from: unknown, depth = 0): void {
    if (typeof from !== 'object' || from === null || depth > 6) return;
    for (const [name, inner] of Object.entries(from)) {
      if (idName.test(name)) remember(name, inner);
      learn(inner, depth + 1);
    }
  }

  return {
    below,
    pick,
    command(method) {
      const [domain, parameters] = commands.get(method) ?? ['', []];
      const params = fields(domain, parameters, 0);
      if (below(20) === 0) params[pick(['url', 'path', 'browserContextId', 'x'])] = pick(hostile);
      return { method, params };
    },
    learn: (from) => learn(from),
    methods: [...commands.keys()],
  };
}
