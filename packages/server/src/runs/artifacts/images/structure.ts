/** Size in pixels, as far as the bytes tell it, and whether the structure goes on to its end. */
export interface Structure {
  readonly width: number | null;
  readonly height: number | null;
  readonly isWhole: boolean;
}

/** Walks through one format. Reads outside the bytes throw `RangeError`, which means: not whole. */
export type ReadStructure = (bytes: Uint8Array, view: DataView) => Structure;
