/** The natives that were taken before any script, for the engines and the channel. */
export {
  apply,
  mapDelete,
  mapGet,
  mapSet,
  setAdd,
  setDelete,
  setHas,
  stringSlice,
  stringSplit,
  uncurry,
} from '../guest/platform/natives.ts';
