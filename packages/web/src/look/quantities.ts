/** A number of bytes for people. */
export function sizeOf(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  const units = ['KiB', 'MiB', 'GiB'];
  let size = bytes / 1_024;
  for (const unit of units) {
    if (size < 1_024 || unit === 'GiB')
      return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${unit}`;
    size /= 1_024;
  }
  return `${bytes} B`;
}

/** A time for people. */
export function timeOf(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
