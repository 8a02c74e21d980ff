/** One resource limit, soft and hard alike. */
export interface ResourceLimit {
  /** The option's name in `prlimit` of util-linux. */
  readonly option: string;
  /** Its name in `/proc/<pid>/limits`. */
  readonly label: string;
  readonly value: number;
}

/** Whether `text`, a `/proc/<pid>/limits`, holds each of the limits. */
export function limitsHold(text: string, limits: readonly ResourceLimit[]): boolean {
  const lines = text.split('\n');
  return limits.every(({ label, value }) => {
    const line = lines.find((each) => each.startsWith(`${label} `));
    const [soft, hard] = line?.slice(label.length).trim().split(/\s+/) ?? [];
    return soft === String(value) && hard === String(value);
  });
}
