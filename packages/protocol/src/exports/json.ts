/** JSON as values cross a wall: written strictly, and not too deep. */
export * from '../weight.ts';
export * from '../json.ts';
