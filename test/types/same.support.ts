/** Whether two types are the same, not just assignable to each other. */
export type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles for a true condition only. Nothing here is ever run. */
export declare function holds<_Condition extends true>(): void;
