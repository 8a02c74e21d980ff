/** JSON that crosses a wall: serialized strictly, with bounded depth and size. */
export * from '../weight.ts';
export * from '../json.ts';
export * from '../parcel.ts';
export type { Opaque } from '../opaque.ts';
