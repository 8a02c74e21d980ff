/**
 * What libraries use of the prelude's modules. The bundler links their imports of these modules to this
 * one object, so that all have the same DOMException, and natives captured before any script ran.
 */
import {
  isArrayBuffer,
  isView,
  typedArrayBuffer,
  typedArrayByteLength,
  typedArrayByteOffset,
  typedArrayKind,
} from './brands.ts';
import { DOMException } from './dom-exception.ts';
import { QuotaExceededError } from './quota-exceeded-error.ts';
import { showBy, showMembers } from './format.ts';
import { bytesLibrary, inspectLibrary, utf8Library } from './lazy.ts';
import {
  bytesSlice,
  create,
  defineHidden,
  defineOwn,
  defineProperty,
  deleteProperty,
  getPrototypeOf,
  getterOf,
  iteratorMethod,
  ownKeys,
  setPrototypeOf,
  toWellFormed,
  uncurry,
} from './natives.ts';

/** Created when the first library is loaded, since objects of a snapshot cost time in every context. */
export const sharedParts = () => ({
  bytesLibrary,
  bytesSlice,
  create,
  defineHidden,
  defineOwn,
  defineProperty,
  deleteProperty,
  DOMException,
  QuotaExceededError,
  getPrototypeOf,
  getterOf,
  inspectLibrary,
  isArrayBuffer,
  isView,
  iteratorMethod,
  ownKeys,
  setPrototypeOf,
  showBy,
  showMembers,
  toWellFormed,
  typedArrayBuffer,
  typedArrayByteLength,
  typedArrayByteOffset,
  typedArrayKind,
  uncurry,
  utf8Library,
});
