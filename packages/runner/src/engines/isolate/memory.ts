import type ivm from 'isolated-vm';

/** Whether an isolate uses more than half of what it may, heap and buffers together. */
export function isFull(isolate: ivm.Isolate): boolean {
  if (isolate.isDisposed) return true;
  const statistics = isolate.getHeapStatisticsSync();
  const { used_heap_size: used, externally_allocated_size: buffers } = statistics;
  return used + buffers > statistics.heap_size_limit / 2;
}
