/** JSON that crosses a wall: serialized strictly, with bounded nesting. */
export * from '../depth.ts';
export * from '../json.ts';
