/** The result of loading the members of a draft in an isolate. */
export interface Trial {
  /** Names of the exports, by index of the member. */
  readonly names: ReadonlyMap<number, readonly string[]>;
  /** Why a member could not be loaded, by its index. */
  readonly failed: ReadonlyMap<number, string>;
  /** `BUNDLE:NUMBER` of each function that loading the main members called. */
  readonly ran: readonly string[];
}

/** One step of a trial: loading `specifier` this way evaluates that member. */
export interface TrialStep {
  readonly member: number;
  readonly specifier: string;
  readonly how: 'import' | 'require';
}

export interface TrialSteps {
  /** Members that bundles are usually loaded for; they are loaded first. */
  readonly main: readonly TrialStep[];
  readonly others: readonly TrialStep[];
}

/** Runs `trialScript` in isolates that can import the set in `folder`. */
export type TryOut = (folder: string, steps: TrialSteps) => Promise<Trial>;

/** The script of a trial; its params are `TrialSteps`. */
export const trialScript = `
globalThis.castellanRan = {};
const names = {}, failed = {};
const load = async ({ member, specifier, how }) => {
  try {
    const exports = how === 'import' ? (await import(specifier)).default : require(specifier);
    if (exports === undefined) throw new Error('it exports nothing');
    const isHolder = how === 'import' && Object(exports) === exports;
    names[member] = isHolder ? Object.keys(exports).filter((name) => name.isWellFormed()).sort() : [];
  } catch (error) {
    failed[member] = String(error?.message ?? error).split('\\n')[0].slice(0, 200);
  }
};
for (const step of params.main) await load(step);
const ran = Object.keys(globalThis.castellanRan);
for (const step of params.others) await load(step);
return { names, failed, ran };
`;

/**
 * Validates the value of the trial script. It is hostile, since packages can write anything into
 * it: only names of exports, reasons and numbers of functions pass, and only for the members of
 * `steps`.
 */
export function trialOf(value: unknown, steps: readonly TrialStep[]): Trial {
  const { names, failed, ran } = record(value);
  const table = <T>(given: unknown, take: (entry: unknown) => T): Map<number, T> => {
    const entries = record(given);
    const asked = steps.filter(({ member }) => Object.hasOwn(entries, member));
    return new Map(asked.map(({ member }) => [member, take(entries[member])]));
  };
  return { names: table(names, texts), failed: table(failed, String), ran: texts(ran) };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
