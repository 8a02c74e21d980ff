import { type LimitName, limitTable, type Reason, reasons, type Run } from '@castellan/protocol';
import { exactDuration, exactSize } from '../args/units.ts';

type Advice = (run: Run, withheld: ReadonlyMap<string, string>) => string | null;

/** Advice for a built-in of Node that an isolate does not have; the runner says which those are. */
const needsNode = '--engine node runs a script in full Node.';

const allowModule =
  'castellan runtime list NAME shows which packages and Node built-ins there are; --allow-module NAME allows one. Files beside the script are imported by relative names, as in "./lib.js".';

/**
 * Advice that is more specific than the table of reasons: about options of this program and files
 * on this disk.
 */
const advices: Readonly<Partial<Record<Reason, Advice>>> = {
  syntax_error: syntaxAdvice,
  module_denied: ({ error }) =>
    error?.message.includes("engine: 'node'") === true ? needsNode : allowModule,
  module_not_found: notFoundAdvice,
};

/** One sentence about what to do next, or `null`. */
export function adviceFor(run: Run, withheld: ReadonlyMap<string, string>): string | null {
  const { reason } = run;
  if (reason === null) return null;
  const limit = crossedLimit(run, reason);
  if (limit !== null) return moreOf(run, limit);
  return advices[reason]?.(run, withheld) ?? reasons[reason].advice;
}

/** The limit that the run exceeded, if it can be raised. */
function crossedLimit(run: Run, reason: Reason): LimitName | null {
  if (reason === 'process_limit') return null;
  if (reason === 'output_limit') return run.truncated.logs ? 'outputBytes' : 'valueBytes';
  if (reason === 'artifact_limit') {
    return run.artifacts.length >= run.limits.artifactCount ? 'artifactCount' : 'artifactBytes';
  }
  const [ofRun = null, ofBrowser] = reasons[reason].limits;
  return ofBrowser !== undefined && run.error?.message.startsWith('The browser ') === true
    ? ofBrowser
    : ofRun;
}

/** A sentence for each limit that requests of the run came up against, and what to do. */
export function refusedFor(run: Run): readonly string[] {
  const { networkRequests, networkBytes } = run.truncated;
  return [
    ...(networkRequests ? [`Requests were refused. ${moreOf(run, 'networkRequests')}`] : []),
    ...(networkBytes ? [`Requests were cut off. ${moreOf(run, 'networkBytes')}`] : []),
  ];
}

/** The option that sets the limit, with its old value and with twice as much. */
function moreOf(run: Run, limit: LimitName): string {
  const { flag, unit } = limitTable[limit];
  const show = { ms: exactDuration, bytes: exactSize, count: String }[unit];
  const had = run.limits[limit];
  return `It had --${flag} ${show(had)}. To give it more: --${flag} ${show(Math.max(1, had) * 2)}`;
}

function syntaxAdvice({ error }: Run): string | null {
  // Such a file was parsed; what it imports is not there.
  if (/^(?:Named export|The requested module) /.test(error?.message ?? '')) return null;
  if (error?.file != null && /\.[cm]?js$/.test(error.file) && error.file !== 'script.js') {
    return 'If this is TypeScript, let the name of the file end in .ts.';
  }
  return null;
}

function notFoundAdvice({ error }: Run, withheld: ReadonlyMap<string, string>): string | null {
  // A package, and the message says how to add it.
  if (error?.message.includes('castellan runtime build') === true) return null;
  if (withheld.size === 0) {
    return 'A script is given the files of its own folder and below that it names in plain quotes.';
  }
  const shown = [...withheld].slice(0, 5).map(([path, why]) => `${path}: ${why}`);
  const more = withheld.size > shown.length ? [`and ${withheld.size - shown.length} more`] : [];
  return ['Not taken along:', ...shown, ...more].join('\n  ');
}
