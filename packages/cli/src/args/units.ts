import { shown } from '@castellan/protocol/kinds';
import { UsageError } from './usage-error.ts';

const durations: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 };

const sizes: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
};

/** Parses `5s`, `1.5m` or `200ms` to milliseconds. Throws a `UsageError` that names `option`. */
export function parseDuration(text: string, option: string): number {
  return parse(text, option, durations, 'a duration such as 500ms, 5s or 2m');
}

/** Parses `64mb`, `64MiB` or `100b` to bytes. Throws a `UsageError` that names `option`. */
export function parseSize(text: string, option: string): number {
  return parse(text, option, sizes, 'a size such as 500kb, 64mb or 64mib');
}

export function parseCount(text: string, option: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new UsageError(`${option} takes a whole number such as 8, not ${shown(text)}.`);
}

function parse(
  text: string,
  option: string,
  units: Readonly<Record<string, number>>,
  expected: string,
): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?) ?([a-z]*)$/i.exec(text) ?? [];
  const known = Object.keys(units).join(' ');
  if (number === undefined) {
    throw new UsageError(`${option} takes ${expected}, not ${shown(text)}.`);
  }
  if (unit === '') {
    throw new UsageError(`${option} ${text} lacks a unit: write ${expected}. Units: ${known}.`);
  }
  const factor = Object.hasOwn(units, unit.toLowerCase()) ? units[unit.toLowerCase()] : undefined;
  if (factor === undefined) {
    throw new UsageError(`${option} ${text} has an unknown unit. Units: ${known}.`);
  }
  return Math.round(Number(number) * factor);
}

/** Returns a text that `parseDuration` parses to exactly `ms`. */
export function exactDuration(ms: number): string {
  return exact(ms, durations, ['m', 's']) ?? `${ms}ms`;
}

/** Returns a text that `parseSize` parses to exactly `bytes`. */
export function exactSize(bytes: number): string {
  return exact(bytes, sizes, ['gib', 'mib', 'gb', 'mb', 'kib', 'kb']) ?? `${bytes}b`;
}

function exact(
  value: number,
  units: Readonly<Record<string, number>>,
  order: readonly string[],
): string | undefined {
  const unit = order.find((name) => value > 0 && value % (units[name] ?? 0) === 0);
  return unit === undefined ? undefined : `${value / (units[unit] ?? 1)}${unit}`;
}

/** Formats a size for people, in decimal units with two or three digits. */
export function readableSize(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const power = Math.min(3, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1_000 ** power;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${['B', 'kB', 'MB', 'GB'][power]}`;
}

/** Formats a duration for people. */
export function readableDuration(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}
