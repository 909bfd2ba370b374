import { v5 as uuidv5, v7 as uuidv7 } from 'uuid';

/** Crockford's alphabet in lower case: no i, l, o, u, and text order equals byte order. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** What an id names: `agt_01h455vb4pex5vsknk084sn02q`. */
export const idPrefix = {
  tenant: 'tnt',
  user: 'usr',
  agent: 'agt',
  number: 'num',
  call: 'call',
  export: 'exp',
  document: 'doc',
} as const;

export type IdKind = keyof typeof idPrefix;

const ID = /^(tnt|usr|agt|num|call|exp|doc)_[0-9a-hjkmnp-tv-z]{26}$/;

/** 16 bytes as 26 characters, sortable like the bytes. */
export const toBase32 = (bytes: Uint8Array): string => {
  let value = 0n;
  for (const byte of bytes.subarray(0, 16)) value = (value << 8n) | BigInt(byte);
  let text = '';
  for (let shift = 125n; shift >= 0n; shift -= 5n) text += ALPHABET[Number((value >> shift) & 31n)];
  return text;
};

/** A fresh id, sortable by time (its 16 bytes are a UUIDv7). */
export const newId = (kind: IdKind): string =>
  `${idPrefix[kind]}_${toBase32(uuidv7({}, new Uint8Array(16)))}`;

/** An id from 16 bytes or more of a hash: the same input names the same thing. */
export const idFromHash = (kind: IdKind, hash: Uint8Array): string => `${idPrefix[kind]}_${toBase32(hash)}`;

/** What an id names; `null`: it's no id of ours. */
export const kindOf = (id: string): IdKind | null =>
  ID.test(id) ? ((Object.keys(idPrefix) as IdKind[]).find((kind) => isId(kind, id)) ?? null) : null;

export const isId = (kind: IdKind, text: string): boolean =>
  ID.test(text) && text.startsWith(`${idPrefix[kind]}_`);

/** The namespace of our own UUIDv5 names. Fixed for ever: event ids, and so idempotency, depend on it. */
const NAMESPACE = '5c4a8d1e-6f0b-5e2a-9d3c-7b1f2a6e4c90';

/** UUIDv5 of the parts: the same parts give the same id in every process. */
export const derivedUuid = (...parts: readonly (string | number)[]): string =>
  uuidv5(JSON.stringify(parts), NAMESPACE);
