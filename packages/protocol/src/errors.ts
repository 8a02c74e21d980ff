/** Internal errors and mistakes of the caller. A failed script is a result, never one of these. */
export const errorTable = {
  invalid_option: { sentence: 'An option has a value that cannot be used.', isCallers: true },
  invalid_limit: { sentence: 'A limit is unknown or out of range.', isCallers: true },
  invalid_source: {
    sentence: 'The source is empty, has no entry, or has an invalid file name.',
    isCallers: true,
  },
  invalid_params: { sentence: 'The parameters are not JSON.', isCallers: true },
  source_too_large: { sentence: 'The source is larger than sourceBytes.', isCallers: true },
  params_too_large: {
    sentence: 'The parameters or the standard input are larger than paramsBytes.',
    isCallers: true,
  },
  isolation_unavailable: {
    sentence: 'This machine cannot provide the requested isolation.',
    isCallers: false,
  },
  browser_unavailable: {
    sentence: 'This machine has no Chromium that scripts could use.',
    isCallers: true,
  },
  box_failed: { sentence: 'A box could not be started.', isCallers: false },
  sandbox_closed: {
    sentence: 'The sandbox was closed before or while the run was waiting.',
    isCallers: false,
  },
  run_ended: {
    sentence: 'A function that a script passed to a helper was called after the end of its run.',
    isCallers: true,
  },
  callback_failed: {
    sentence: 'A function that a script passed to a helper threw, or could not be called.',
    isCallers: true,
  },
  unsupported_version: {
    sentence: 'Node, isolated-vm or the driver is too old or known to be unsafe.',
    isCallers: false,
  },
} as const satisfies Readonly<Record<string, ErrorRow>>;

interface ErrorRow {
  readonly sentence: string;
  /** Whether the caller can solve it by calling differently. */
  readonly isCallers: boolean;
}

/** The `code` of a `CastellanError`. */
export type ErrorCode = keyof typeof errorTable;

/** The parts of a message as fields, so that no program has to parse the sentence. */
export interface ErrorDetails {
  /** How to solve it: a command or an instruction. */
  readonly fix?: string | null;
  /** The option that is wrong, as the caller wrote it: `limits.wallMs`. */
  readonly option?: string | null;
  /** The offending value, unless it is a secret. */
  readonly value?: unknown;
  /** The values or names that are accepted. */
  readonly allowed?: readonly string[] | null;
  readonly cause?: unknown;
}

/** An exception with a `code` from `errorTable`. The message shows the offending value and what to do. */
export class CastellanError extends Error {
  /** Identifies these errors where two copies of the library are loaded. */
  override readonly name = 'CastellanError';
  /** The kind of error, for programs. */
  readonly code: ErrorCode;
  /** What happened, without the fix. */
  readonly detail: string;
  /** How to solve it, a command or an instruction; null if that is unknown. */
  readonly fix: string | null;
  /** The option that is wrong, as the caller wrote it: `limits.wallMs`. Null if no option is. */
  readonly option: string | null;
  /** The offending value; undefined if there is none, or if it is a secret. */
  readonly value: unknown;
  /** The values or names that are accepted; null if they are no fixed set. */
  readonly allowed: readonly string[] | null;

  /** `detail` is one or more whole sentences. */
  constructor(code: ErrorCode, detail: string, details: ErrorDetails = {}) {
    const { fix = null, option = null, value, allowed = null, ...options } = details;
    super(fix === null ? detail : `${detail} To fix it: ${fix}`, options);
    this.code = code;
    this.detail = detail;
    this.fix = fix;
    this.option = option;
    this.value = value;
    this.allowed = allowed;
  }
}
