import { DOMException } from '../dom-exception.ts';
import { requireArguments, toDictionary } from '../webidl.ts';
import { type Entries, type Entry, toFinite, toTime } from './entry.ts';
import type { Buffer } from './buffer.ts';

/** User Timing's `mark` and `measure`. */
export function createUserTiming(
  { PerformanceMark, measure }: Entries,
  buffer: Buffer,
  now: () => number,
) {
  /** The time of a mark's name, or of a number. */
  const timeOf = (mark: unknown): number => {
    if (typeof mark === 'number') return toTime(mark);
    const name = `${mark as string}`;
    const found = buffer.entries.findLast((entry) => isMark(entry) && entry.name === name);
    if (found !== undefined) return found.startTime;
    throw new DOMException(`The mark "${name}" does not exist`, 'SyntaxError');
  };

  return {
    mark(...values: unknown[]): Entry {
      requireArguments('mark', values.length, 1);
      const [name, options] = values;
      const entry = new PerformanceMark(name as string, options);
      buffer.add(entry);
      return entry;
    },

    measure(...values: unknown[]): Entry {
      requireArguments('measure', values.length, 1);
      const [name, given, endMark] = values;
      const text = `${name as string}`;
      const isBag = given === undefined || given === null || typeof given === 'object';
      const { start, end, duration, detail } = toDictionary(isBag ? given : {}, 'measure');
      const isFilled = [start, end, duration, detail].some((member) => member !== undefined);
      if (isFilled) refuseContradiction(start, end, duration, endMark);

      let endTime: number;
      if (endMark !== undefined) endTime = timeOf(endMark);
      else if (end !== undefined) endTime = timeOf(end);
      else if (start !== undefined && duration !== undefined) {
        endTime = timeOf(start) + toFinite(duration);
      } else endTime = now();

      let startTime = 0;
      if (start !== undefined) startTime = timeOf(start);
      else if (duration !== undefined && end !== undefined) {
        startTime = timeOf(end) - toFinite(duration);
      } else if (!isBag) startTime = timeOf(`${given as string}`);

      const entry = measure(text, startTime, endTime, detail);
      buffer.add(entry);
      return entry;
    },

    clearMarks: (name?: unknown): void => buffer.clear('mark', name),
    clearMeasures: (name?: unknown): void => buffer.clear('measure', name),
  };
}

function isMark({ entryType }: Entry): boolean {
  return entryType === 'mark';
}

function refuseContradiction(start: unknown, end: unknown, duration: unknown, mark: unknown): void {
  if (mark !== undefined)
    throw new TypeError('measure: an end mark and options exclude each other');
  if (start === undefined && end === undefined) {
    throw new TypeError('measure: the options need a start or an end');
  }
  if (start !== undefined && end !== undefined && duration !== undefined) {
    throw new TypeError('measure: of start, end and duration one must be left out');
  }
}
