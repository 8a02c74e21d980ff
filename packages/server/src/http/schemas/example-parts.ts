/** What examples of several resources have. */
export const runId = 'run_0199e1a47d5b7c2fa3be4c6d0f1a2b3c';
export const keyId = 'key_0199e1a47d5b7c2fa3be4c6d0f1a2b3c';
/** That long after they begin. */
export const at = (ms: number): string => new Date(Date.UTC(2026, 10, 30, 12) + ms).toISOString();
