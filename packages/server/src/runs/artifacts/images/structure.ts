/** Size in pixels, as far as the bytes contain it, and whether the structure is complete. */
export interface Structure {
  readonly width: number | null;
  readonly height: number | null;
  readonly isWhole: boolean;
}

/**
 * Walks through one format. A read beyond the bytes throws `RangeError`: the image is incomplete.
 */
export type ReadStructure = (bytes: Uint8Array, view: DataView) => Structure;
