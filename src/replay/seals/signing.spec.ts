import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { testSealKey } from '../../../test/support/secrets.js';
import type { Seal } from '../../domain/seal/events.js';
import { parsePublicKeys, publicKeyText, Signer, TrustedKeys } from './signing.js';

const signer = new Signer(testSealKey());
const trusted = new TrustedKeys([signer.publicKey]);
const unsigned = {
  number: 3,
  from: '3001',
  to: '4000',
  events: 1_000,
  previous: 'a'.repeat(64),
  hash: 'b'.repeat(64),
  sealedAt: '2026-11-21T12:00:00.000Z',
};
const seal = signer.signSeal(unsigned);

describe('a seal', () => {
  // Ed25519 signs the same bytes the same way for ever: another signature means that old seals no longer verify.
  it('is signed as on the first day', () => {
    expect(seal).toEqual({
      ...unsigned,
      keyId: 'fd110d301d2f077d',
      signature: 'I0R/spPbko7vcrXB0tOz1AJn4WMr/rGh9rZfZIcD7GnGgDgOvLTTeiMU1G/IZOBhypgP/AxdezSlkDS0VisiBg==',
    });
  });

  it('is true for who trusts its key', () => {
    expect(trusted.problemOfSeal(seal)).toBeNull();
  });

  it.each<Partial<Seal>>([
    { number: 4 },
    { from: '3000' },
    { to: '4001' },
    { events: 999 },
    { previous: 'c'.repeat(64) },
    { hash: 'c'.repeat(64) },
    { sealedAt: '2026-11-21T12:00:01.000Z' },
    { signature: 'nonsense' },
    { signature: '' },
  ])('is not with %p', (change) => {
    expect(trusted.problemOfSeal({ ...seal, ...change })).toMatch(/^has a signature that isn't its key's/);
  });

  it('is not by another key, also not under the name of ours', () => {
    const forged = new Signer(testSealKey(2)).signSeal(unsigned);
    expect(trusted.problemOfSeal(forged)).toBe(
      `is signed by the key ${forged.keyId}, which isn't trusted here (${signer.keyId} is)`,
    );
    expect(trusted.problemOfSeal({ ...forged, keyId: signer.keyId })).toMatch(/^has a signature/);
  });
});

describe('a public key', () => {
  const { publicKey } = signer;
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();

  it('is read from PEM, several of them, and base64', () => {
    const other = createPublicKey(testSealKey(2));
    const otherPem = other.export({ type: 'spki', format: 'pem' }).toString();
    expect(parsePublicKeys(`${pem}\n${otherPem}`).map(publicKeyText)).toEqual([
      publicKeyText(publicKey),
      publicKeyText(other),
    ]);
    expect(parsePublicKeys(` ${publicKeyText(publicKey)}\n`).map(publicKeyText)).toEqual([
      publicKeyText(publicKey),
    ]);
  });

  it.each(['', 'nonsense', pem.replace('MCow', 'XXXX')])('is refused as %p', (text) => {
    expect(() => parsePublicKeys(text)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
  });
});
