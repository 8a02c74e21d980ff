import { CastellanError, type ErrorCode } from './errors.ts';
import { shown } from './shown.ts';

/** JSON Schema 2020-12, as in OpenAPI. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export interface Kind<Value> {
  /** Ends the sentence "… must be …". */
  readonly says: string;
  /** The accepted values, as far as JSON Schema can express them. */
  readonly schema: JsonSchema;
  /** Returns a checked copy. Throws `Misfit`. */
  read(value: unknown): Value;
  /** Converts a text of the environment or a command line to a value, which `read` then checks. */
  parse(text: string): unknown;
  /** The accepted words, if they are a fixed set. */
  readonly allowed?: readonly string[];
  /** The value must not be shown. */
  readonly isSecret?: boolean;
}

/** The type of the values that a kind reads. */
export type ValueOf<OfKind> = OfKind extends Kind<infer Value> ? Value : never;

/** Thrown for a value that does not fit its kind: names the part and the reason. */
export class Misfit extends Error {
  override readonly name = 'Misfit';
  /** Keys and indexes that lead from the option to the wrong part; empty if all of it is wrong. */
  readonly path: readonly (string | number)[];
  /** The wrong part. */
  readonly value: unknown;
  readonly allowed: readonly string[] | null;
  /** The part is an unknown key, so the message does not say "… must be …". */
  readonly isUnknownKey: boolean;
  readonly isSecret: boolean;
  /** Other misfits of the same object or list. */
  readonly others: readonly Misfit[];

  constructor(says: string, value: unknown, details: MisfitDetails = {}) {
    super(says);
    const { path = [], allowed = null, isUnknownKey = false, isSecret = false } = details;
    this.path = path;
    this.value = value;
    this.allowed = allowed;
    this.isUnknownKey = isUnknownKey;
    this.isSecret = isSecret;
    this.others = details.others ?? [];
  }

  /** Returns the same misfit with others of the same object or list. */
  beside(others: readonly Misfit[]): Misfit {
    const { path, allowed, isUnknownKey, isSecret } = this;
    return new Misfit(this.message, this.value, { path, allowed, isUnknownKey, isSecret, others });
  }

  /** Returns the same misfit with a path that begins one level further out. */
  within(step: string | number, isSecret = false): Misfit {
    const { allowed, isUnknownKey } = this;
    return new Misfit(this.message, this.value, {
      path: [step, ...this.path],
      allowed,
      isUnknownKey,
      isSecret: isSecret || this.isSecret,
      others: this.others.map((other) => other.within(step, isSecret)),
    });
  }
}

interface MisfitDetails {
  readonly path?: Misfit['path'];
  readonly allowed?: readonly string[] | null;
  readonly isUnknownKey?: boolean;
  readonly isSecret?: boolean;
  readonly others?: readonly Misfit[];
}

/**
 * Reads the option `name`. Throws a `CastellanError` that names it and shows the value, also when a
 * getter of the value throws.
 */
export function readOption<Value>(
  kind: Kind<Value>,
  value: unknown,
  name: string,
  code: ErrorCode = 'invalid_option',
): Value {
  try {
    return kind.read(value);
  } catch (error) {
    if (error instanceof Misfit) throw misfitError(error, name, code);
    const why = error instanceof Error ? error.message : shown(error);
    throw new CastellanError(code, `${subject(name)} cannot be read: ${shown(why)}.`, {
      option: name,
      cause: error,
    });
  }
}

/** Returns the error for a misfit of the option `name`. */
export function misfitError(
  misfit: Misfit,
  name: string,
  code: ErrorCode = 'invalid_option',
): CastellanError {
  const option = dotted(name, misfit.path);
  const { allowed } = misfit;
  const details = { option, value: isHidden(misfit) ? undefined : misfit.value, allowed };
  return new CastellanError(code, misfitSentence(misfit, option), details);
}

/** Returns a sentence with the wrong part, its value and what it must be. */
export function misfitSentence(misfit: Misfit, option: string): string {
  const { value, allowed, isUnknownKey, message } = misfit;
  if (isUnknownKey) {
    const its = isHidden(misfit) ? '' : ` Its value is ${shown(value)}.`;
    return `There is no option ${option}.${its} Known: ${(allowed ?? []).join(', ')}.`;
  }
  return `${subject(option)} must be ${message}${isHidden(misfit) ? '' : `, not ${shown(value)}`}.`;
}

/** Whether the value must not be shown. An object below a key that nobody knows may hold a secret: `netwrk: { secrets: … }`. */
export function isHidden({ isSecret, isUnknownKey, value }: Misfit): boolean {
  return isSecret || (isUnknownKey && typeof value === 'object' && value !== null);
}

/** How a message names the option; an empty name means all options together. */
function subject(option: string): string {
  return option === '' ? 'The options' : option;
}

/** Returns `name` with the path to a part: `viewport.width`, `files["a b"]`, `modules[2]`. */
function dotted(name: string, path: Misfit['path']): string {
  const steps = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`;
    return /^[A-Za-z_$][\w$-]*$/.test(step) ? `.${step}` : `[${shown(step)}]`;
  });
  return `${name}${steps.join('')}`.replace(/^\./, '');
}
