type Unit = 'ms' | 'bytes' | 'count';

const scales: Readonly<Record<Unit, readonly (readonly [size: number, name: string])[]>> = {
  ms: [
    [86_400_000, 'd'],
    [60_000, 'min'],
    [1_000, 's'],
    [1, 'ms'],
  ],
  bytes: [
    [2 ** 40, 'TiB'],
    [2 ** 30, 'GiB'],
    [2 ** 20, 'MiB'],
    [2 ** 10, 'KiB'],
    [1, 'bytes'],
  ],
  count: [],
};

/** The units of the limits, in words. */
export const unitNames: Readonly<Record<Unit, string>> = {
  ms: 'milliseconds',
  bytes: 'bytes',
  count: 'a number',
};

/** Formats the exact number, with commas. */
export function exact(value: number): string {
  return value.toLocaleString('en');
}

/**
 * Formats a value for people, in the largest unit that leaves a whole number; rounded if that is
 * too long.
 */
export function readable(value: number, unit: Unit): string {
  const fits = scales[unit].filter(([size]) => value >= size);
  const whole = fits.find(([size]) => value % size === 0 && value / size < 1e6);
  const [size, name] = whole ?? fits[0] ?? [1, ''];
  return `${exact(Math.round((value / size) * 10) / 10)} ${name}`.trim();
}
