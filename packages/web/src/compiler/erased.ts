/** A text without its types, or what stands in the way, with the place: lines and columns from 1. */
export type Erased =
  | { readonly text: string }
  | { readonly wrong: string; readonly line: number; readonly column: number };
