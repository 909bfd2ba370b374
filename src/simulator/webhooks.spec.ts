import { describe, expect, it } from '@jest/globals';
import { reachableUrl, socketSignature } from './webhooks.js';

const behind = { platformUrl: 'http://127.0.0.1:8000', publicUrl: 'https://voice.example.com' };

describe('where a URL that the platform names is reached', () => {
  it.each([
    ['https://voice.example.com/webhooks/ended?attempt=2', 'http://127.0.0.1:8000/webhooks/ended?attempt=2'],
    ['wss://voice.example.com/media/token', 'ws://127.0.0.1:8000/media/token'],
    ['wss://media.example.com/token', 'wss://media.example.com/token'],
  ])('%s: %s', (named, reached) => {
    expect(reachableUrl(named, behind)).toBe(reached);
  });

  it('is another port or none where the addresses differ so', () => {
    const local = { platformUrl: 'https://voice.example.com', publicUrl: 'http://localhost:8000' };
    expect(reachableUrl('ws://localhost:8000/media/token', local)).toBe(
      'wss://voice.example.com/media/token',
    );
  });
});

/** Protocol notes' own vectors, made with twilio-node. */
describe("a socket's signature", () => {
  it('is over the wss URL alone, with or without a slash at its end', () => {
    expect(socketSignature('12345', 'wss://voice.example.com/media')).toBe('jFDHVhI8XO69C49uXR3xmdZPylY=');
    expect(socketSignature('12345', 'wss://voice.example.com/media/')).toBe('BXF4dPv/qKwfALEQ/o2fVPPvK/c=');
  });
});
