import { textLike } from '@castellan/protocol/kinds';

/** Where somebody is told of a hole: one of the addresses that RFC 9116 names, without blanks or line breaks. */
export const contact = textLike(
  'an address that begins with mailto:, https: or tel:',
  /^(?:mailto:|https:\/\/|tel:)[\u0021-\u007e]+$/,
  500,
);
