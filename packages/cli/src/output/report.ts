import {
  isLimitReason,
  type Json,
  type Reason,
  reasons,
  type Run,
  type RunError,
} from '@castellan/protocol';
import { withFlagNames } from '../args/flag-names.ts';
import { readableDuration, readableSize } from '../args/units.ts';
import { adviceFor, refusedFor } from './advice.ts';
import { escapeLine, escapeText } from './escape.ts';
import { excerpt } from './excerpt.ts';
import type { Paint } from './terminal.ts';

/** What the report may quote: the user's own files, as the script got them. */
export interface ReportSource {
  /** Text by path. */
  readonly files: ReadonlyMap<string, string>;
  /** Files that were not included, and why. */
  readonly withheld: ReadonlyMap<string, string>;
}

const mostMessageLines = 20;
const mostMessageLength = 2_000;
/** Lines of a stack; behind them only those that are no frames, such as causes. */
const mostFrames = 10;
const mostStackLines = 30;

/**
 * Formats a failed run for people: what happened, where, what to do, and which walls were in force.
 */
export function failureReport(run: Run, source: ReportSource, paint: Paint): string {
  const sentence = run.reason === null ? '' : sentenceOf(run, run.reason);
  const title = run.status === run.reason ? run.status : `${run.status}: ${run.reason}`;
  const blocks = [
    [`${paint('red', paint('bold', title))}  ${sentence}`],
    errorBlock(run, source, paint),
    adviceBlock(run, source),
    refusedFor(run).flatMap(indent),
    [
      paint('dim', wallsLine(run)),
      paint('dim', costLine(run)),
      ...(run.reason === null ? [] : [paint('dim', `more: castellan help ${run.reason}`)]),
    ],
  ];
  const text = blocks.filter((block) => block.length > 0).map((block) => `${block.join('\n')}\n`);
  return `\n${text.join('\n')}`;
}

/** Of a reason with several limits, the message of the error says which one was crossed. */
function sentenceOf({ error }: Run, reason: Reason): string {
  const { sentence, limits } = reasons[reason];
  if (limits.length < 2 || error === null) return withFlagNames(sentence);
  return `${escapeLine(clip(error.message)).replace(/\.$/, '')}.`;
}

/** A line for each limit that has kept something from a run that went well. */
export function refusedLines(run: Run, paint: Paint): string {
  return refusedFor(run)
    .map((text) => `${paint('yellow', text)}\n`)
    .join('');
}

/** One line for a run that went well. */
export function successLine(run: Run, paint: Paint): string {
  const { timings, usage, isolation } = run;
  const cost = `in ${readableDuration(timings.totalMs)}, processor ${readableDuration(usage.cpuMs)}, memory ${readableSize(usage.memoryPeakBytes)}`;
  const walls = `${isolation.layers.length} walls (${isolation.driver})`;
  return `${paint('green', run.status)} ${paint('dim', `${cost}, ${walls}`)}\n`;
}

function errorBlock({ error, reason }: Run, { files }: ReportSource, paint: Paint): string[] {
  if (error === null || reason === 'cancelled') return [];
  // The sentence says everything and the advice names the limit, but not which call time ran out for.
  const isWaiting = reason === 'wall_timeout' && error.file !== null;
  if (reason !== null && isLimitReason(reason) && !isWaiting) return [];
  const lines = indent(`${error.name}: ${clip(error.message)}`);
  const { file, line, column } = error;
  if (file !== null && line !== null) {
    const quoted = excerpt(files.get(file) ?? '', line, column);
    const place = [file, line, ...(column === null ? [] : [column])].join(':');
    lines.push('', `  ${paint('bold', escapeLine(place))}`);
    if (files.has(file) && quoted !== null) lines.push(...quoted.map((text) => `  ${text}`));
  }
  const frames = framesOf(error.stack, `${error.name}: ${error.message}`);
  const [only] = frames;
  // A stack that only repeats the place above adds nothing.
  const isNews =
    frames.length > 1 || (only !== undefined && !only.includes(`${file}:${line}:${column}`));
  const inner = innerLines(error, error.stack).slice(0, mostStackLines);
  const below = [...(isNews ? frames : []), ...inner].map((text) => paint('dim', `  ${text}`));
  return below.length > 0 ? [...lines, '', ...below] : lines;
}

/** A line for each error inside of another that `shown` does not tell, such as both of a `SuppressedError`. */
function innerLines({ cause, errors = [] }: RunError, shown: string, margin = ''): string[] {
  const inner = [
    ...(cause === undefined ? [] : [['cause', cause] as const]),
    ...errors.map((one) => ['and', one] as const),
  ];
  return inner.flatMap(([how, one]) => {
    if (!isRunError(one)) return [];
    const { name, message, file, line, column } = one;
    const text = `${name}: ${message}`;
    const place = file === null ? '' : ` (${[file, line, column].join(':')})`;
    const told = `${margin}${how}: ${clip(escapeLine(text), 200)}${clip(escapeLine(place), 200)}`;
    const own = shown.includes(text) ? [] : [told];
    return [...own, ...innerLines(one, shown, `${margin}  `)];
  });
}

function isRunError(value: RunError | Json): value is RunError {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && 'stack' in value;
}

/** The lines of a stack below its message: the user's own frames, then what else is in the error. */
function framesOf(stack: string, head: string): string[] {
  const below = stack.startsWith(head) ? stack.slice(head.length) : stack;
  const lines = below.split('\n').filter((line) => line.trim() !== '');
  const shown = lines
    .filter((line, index) => index < mostFrames || !/^\s*at /.test(line))
    .slice(0, mostStackLines)
    .map((line) => clip(escapeLine(line.replace(/^ {4}(?=at )/, '')), 200));
  return lines.length > shown.length ? [...shown, `… ${lines.length - shown.length} more`] : shown;
}

function adviceBlock(run: Run, { withheld }: ReportSource): string[] {
  const advice = adviceFor(run, withheld);
  return advice === null ? [] : indent(advice);
}

function wallsLine({ isolation: { driver, layers } }: Run): string {
  return layers.length === 0 ? 'no box was started' : `walls (${driver}): ${layers.join(' ')}`;
}

function costLine({ timings, usage }: Run): string {
  const { totalMs, boxMs, compileMs, runMs } = timings;
  const parts = `box ${readableDuration(boxMs)}, compile ${readableDuration(compileMs)}, run ${readableDuration(runMs)}`;
  return `${readableDuration(totalMs)} (${parts}); processor ${readableDuration(usage.cpuMs)}; memory ${readableSize(usage.memoryPeakBytes)}`;
}

function indent(text: string): string[] {
  return escapeText(text)
    .split('\n')
    .slice(0, mostMessageLines)
    .map((line) => `  ${line}`);
}

function clip(text: string, length = mostMessageLength): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
