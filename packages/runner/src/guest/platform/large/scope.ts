import { conversionBy, type Convert } from '../conversion.ts';

/** The runner's conversions, by the function that the scope of these libraries holds: see `lazy.ts`. */
export const conversion = conversionBy((globalThis as unknown as { convert: Convert }).convert);
