import { useEffect, useState } from 'preact/hooks';

/** Something that changes, and that parts of the page show. */
export abstract class Store {
  readonly #listeners = new Set<() => void>();

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  protected changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Shows a store: the component is drawn again at most once a frame, however often the store changes. */
export function useStore(store: Store | null): void {
  const [, draw] = useState(0);
  useEffect(() => {
    if (store === null) return;
    let waiting = 0;
    const stop = store.subscribe(() => {
      waiting ||= requestAnimationFrame(() => {
        waiting = 0;
        draw((count) => count + 1);
      });
    });
    // It may have changed between the first drawing and now.
    draw((count) => count + 1);
    return () => {
      stop();
      cancelAnimationFrame(waiting);
    };
  }, [store]);
}
