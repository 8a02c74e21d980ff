/** JSON as values cross a wall: written strictly, and not too deep. */
export * from '../depth.ts';
export * from '../json.ts';
