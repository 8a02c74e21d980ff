/** Bytes of answers after which the runner looks for garbage. */
const sweepBytes = 8 * 2 ** 20;

type Collect = (options: { readonly type: 'minor' }) => void;

/**
 * Has V8 look for garbage after so many bytes of a browser's answers. Their texts lie outside of its
 * heap, where it lets 64 MiB add up before it looks by itself: half of what a run may have by default.
 */
export class Sweep {
  #collect: Collect | undefined;
  #bytes = 0;

  /** Counts an answer that nobody needs any more. */
  count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < sweepBytes) return;
    this.#bytes = 0;
    this.#collect ??= collector();
    this.#collect({ type: 'minor' });
  }
}

/** The flag is on for this one context: those of scripts never have such a function. */
function collector(): Collect {
  // Not imported: each box would load it, and few runs need it.
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  const { runInNewContext } = process.getBuiltinModule('node:vm');
  setFlagsFromString('--expose-gc');
  try {
    return runInNewContext('gc') as Collect;
  } finally {
    setFlagsFromString('--no-expose-gc');
  }
}
