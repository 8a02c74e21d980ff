import { useRef } from 'preact/hooks';

/** Begins what costs much when all before it has ended, however it did. */
export type InTurn = <T>(act: () => Promise<T>) => Promise<T>;

/** A turn for whatever a part of the page shows. */
export function useInTurn(): InTurn {
  const last = useRef<Promise<unknown>>(Promise.resolve());
  return (act) => {
    const mine = last.current.then(act);
    last.current = mine.catch(() => undefined);
    return mine;
  };
}
