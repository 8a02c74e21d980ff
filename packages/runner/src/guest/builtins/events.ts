/** `events`: Node's own JavaScript. */
import * as internals from './node/internals.ts';

const eventTarget = { isEventTarget: (value: unknown): boolean => value instanceof EventTarget };
/** Node's way to a microtask, which a script cannot replace. */
const taskQueues = { queueMicrotask: globalThis.queueMicrotask };
const modules = {
  'internal/event_target': eventTarget,
  'internal/process/task_queues': taskQueues,
  'internal/events/symbols': { kFirstEventParam: Symbol('firstEventParam') },
  'internal/util/inspect': { inspect: internals.inspect, identicalSequenceRange },
  'internal/errors': {
    ...internals,
    kEnhanceStackBeforeInspector: Symbol('enhanceStackBeforeInspector'),
  },
};

/** Where at least four lines of one stack stand in another, so that they need not be shown twice. */
function identicalSequenceRange(
  lines: readonly string[],
  others: readonly string[],
): { readonly len: number; readonly offset: number } {
  for (let offset = 0; offset + 3 < lines.length; offset++) {
    const at = others.indexOf(lines[offset]!);
    if (at < 0) continue;
    let len = 0;
    while (offset + len < lines.length && lines[offset + len] === others[at + len]) len++;
    if (len > 3) return { len, offset };
  }
  return { len: 0, offset: 0 };
}

const events = nodeEvents({ internals, modules });
// There are no hooks of asynchronous work in an isolate.
Reflect.deleteProperty(events, 'EventEmitterAsyncResource');

export default events;
