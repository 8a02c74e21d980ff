/** Our own faults and the caller's mistakes. A failed script is a result, never one of these. */
export const errorTable = {
  invalid_option: 'An option has a value that cannot be used.',
  invalid_limit: 'A limit is unknown or out of range.',
  invalid_source: 'The source is empty, has no entry, or names a file badly.',
  invalid_params: 'The parameters are not JSON.',
  source_too_large: 'The source is larger than sourceBytes.',
  params_too_large: 'The parameters are larger than paramsBytes.',
  isolation_unavailable: 'This machine cannot build the asked isolation.',
  box_failed: 'A box could not be started.',
  sandbox_closed: 'The sandbox was closed before or while the run was waiting.',
  unsupported_version: 'Node, isolated-vm or the driver is too old or known to be unsafe.',
} as const;

export type ErrorCode = keyof typeof errorTable;

/** An exception with a `code` from `errorTable`; the message names the offending value. */
export class CastellanError extends Error {
  override readonly name = 'CastellanError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
