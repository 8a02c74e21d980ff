import type { RunEvent } from '@castellan/protocol';
import type { StoredEvent } from '../contract/runs.ts';

/** A stored event. The first and the last event of a run are derived from its record instead. */
export type RecordedEvent = Exclude<RunEvent, { type: 'run.queued' | 'run.finished' }>;

/** An event on a line of its own. Type and number come first, where they are read again. */
export function eventLine({ type, seq, time, ...rest }: RecordedEvent): string {
  return JSON.stringify({ type, seq, time, ...rest });
}

/** Lines as one JSON text. JSON has no line breaks of its own. */
export function chunkOf(lines: readonly string[]): string {
  return `[\n${lines.join(',\n')}\n]`;
}

/** The lines of a chunk, none of them parsed. */
export function linesOf(chunk: string): string[] {
  if (chunk.startsWith('[\n')) return chunk.slice(2, -2).split(',\n');
  // Written by an earlier version, without the breaks.
  return (JSON.parse(chunk) as RecordedEvent[]).map(eventLine);
}

const head = /^\{"type":"([a-z.]+)","seq":(\d+),/;

/** Type and number of an event, read without parsing it. Throws for malformed lines. */
export function readLine(line: string): StoredEvent {
  const [, type, seq] = head.exec(line) ?? [];
  if (type === undefined) throw new Error('A stored event cannot be read');
  return { type: type as RecordedEvent['type'], seq: Number(seq), json: line };
}

/** The event of a log line as a `LogLine`: all but its type. */
export function logLine({ json }: StoredEvent): string {
  return `{${json.slice('{"type":"log",'.length)}`;
}
