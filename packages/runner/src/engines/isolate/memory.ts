import type ivm from 'isolated-vm';
import { allocationFailed, type Failure } from '../../entry/failures.ts';

/** Decides whether an error that reads as if memory ran out means that. */
export function judged(failure: Failure, isolate: ivm.Isolate): Failure {
  if (failure.reason !== allocationFailed || !isFull(isolate)) return failure;
  return { ...failure, reason: 'out_of_memory' };
}

/** Whether an isolate uses more than half of what it may, heap and buffers together. */
function isFull(isolate: ivm.Isolate): boolean {
  if (isolate.isDisposed) return true;
  const statistics = isolate.getHeapStatisticsSync();
  const { used_heap_size: used, externally_allocated_size: buffers } = statistics;
  return used + buffers > statistics.heap_size_limit / 2;
}
