import { describe, expect, it } from '@jest/globals';
import { ErrorCode } from '../domain/errors.js';
import { encodeMuLaw } from './mu-law.js';
import { MU_LAW_WAV_HEADER_BYTES, muLawWavHeader, readWav, writeWav } from './wav.js';

const chunk = (id: string, body: Uint8Array, declaredBytes = body.length): Buffer => {
  const header = Buffer.alloc(8);
  header.write(id, 0, 'latin1');
  header.writeUInt32LE(declaredBytes, 4);
  return Buffer.concat([header, body, Buffer.alloc(body.length & 1)]);
};

const riff = (...chunks: Buffer[]): Buffer =>
  Buffer.concat([chunk('RIFF', Buffer.from('WAVE'), 4 + Buffer.concat(chunks).length), ...chunks]);

const fmt = ({
  tag = 1,
  channels = 1,
  rateHz = 8000,
  bits = 16,
  extension = Buffer.alloc(0),
} = {}): Buffer => {
  const body = Buffer.alloc(16);
  body.writeUInt16LE(tag, 0);
  body.writeUInt16LE(channels, 2);
  body.writeUInt32LE(rateHz, 4);
  body.writeUInt16LE(bits, 14);
  return chunk('fmt ', Buffer.concat([body, extension]));
};

const threeSamples = Uint8Array.of(1, 0, 0xff, 0xff, 0x34, 0x12);

const rejection = (bytes: Uint8Array) => {
  try {
    readWav(bytes);
  } catch (error) {
    return error;
  }
  return null;
};

describe('readWav', () => {
  it('reads 16-bit PCM', () => {
    expect(readWav(riff(fmt({ rateHz: 16_000 }), chunk('data', threeSamples)))).toEqual({
      format: 'pcm16',
      sampleRateHz: 16_000,
      channels: 1,
      samples: Int16Array.of(1, -1, 0x1234),
    });
  });

  it('decodes mu-law', () => {
    const wav = readWav(riff(fmt({ tag: 7, bits: 8 }), chunk('data', Uint8Array.of(0xff, 0x00, 0x80))));
    expect(wav.format).toBe('mu-law');
    expect([...wav.samples]).toEqual([0, -32_124, 32_124]);
  });

  it('reads the extensible form of PCM', () => {
    const extension = Buffer.from('16001600040000000100000000001000800000aa00389b71', 'hex');
    const wav = readWav(riff(fmt({ tag: 0xfffe, extension }), chunk('data', threeSamples)));
    expect([...wav.samples]).toEqual([1, -1, 0x1234]);
  });

  it('passes over chunks that it does not know, with their padding', () => {
    const file = riff(
      chunk('JUNK', Buffer.alloc(3)),
      fmt(),
      chunk('LIST', Buffer.from('INFOx')),
      chunk('data', threeSamples),
    );
    expect([...readWav(file).samples]).toEqual([1, -1, 0x1234]);
  });

  it('reads from an odd place in a larger buffer', () => {
    const file = Buffer.concat([Buffer.alloc(1), riff(fmt(), chunk('data', threeSamples))]);
    expect([...readWav(file.subarray(1)).samples]).toEqual([1, -1, 0x1234]);
  });

  it('drops half a sample and half a stereo pair at the end of the data', () => {
    expect([...readWav(riff(fmt(), chunk('data', threeSamples.subarray(0, 5)))).samples]).toEqual([1, -1]);
    expect([...readWav(riff(fmt({ channels: 2 }), chunk('data', threeSamples))).samples]).toEqual([1, -1]);
  });

  it('stops at the declared end of the data', () => {
    const file = riff(fmt(), chunk('data', threeSamples), chunk('LIST', Buffer.from('INFOabcd')));
    expect(readWav(file).samples).toHaveLength(3);
  });

  it.each([0xffff_ffff, 0x7fff_f000])(
    'reads a streamed file that declares %i bytes to its end',
    (declared) => {
      const file = riff(fmt(), chunk('data', threeSamples, declared));
      expect([...readWav(file).samples]).toEqual([1, -1, 0x1234]);
    },
  );

  it.each([
    ['nothing', new Uint8Array(0), /not a WAV file.*0 bytes/],
    ['another format', Buffer.from('ID3 and then some MP3'), /not a WAV file/],
    ['A-law', riff(fmt({ tag: 6, bits: 8 }), chunk('data', threeSamples)), /A-law of 8 bits/],
    ['floats', riff(fmt({ tag: 3, bits: 32 }), chunk('data', threeSamples)), /IEEE float of 32 bits/],
    ['24-bit PCM', riff(fmt({ bits: 24 }), chunk('data', threeSamples)), /PCM of 24 bits/],
    ['MP3 in WAV', riff(fmt({ tag: 0x55, bits: 0 }), chunk('data', threeSamples)), /format 85/],
    ['an unnamed extensible format', riff(fmt({ tag: 0xfffe }), chunk('data', threeSamples)), /format 65534/],
    ['no channels', riff(fmt({ channels: 0 }), chunk('data', threeSamples)), /0 channels at 8000 Hz/],
    ['no rate', riff(fmt({ rateHz: 0 }), chunk('data', threeSamples)), /1 channels at 0 Hz/],
    [
      'a short format chunk',
      riff(chunk('fmt ', Buffer.alloc(8)), chunk('data', threeSamples)),
      /8 bytes, not 16/,
    ],
    ['data without a format', riff(chunk('data', threeSamples)), /no "fmt " chunk/],
    ['no data', riff(fmt()), /no "data" chunk/],
    ['data that is cut off', riff(fmt(), chunk('data', threeSamples, 1000)), /"data" has 6 of 1000 bytes/],
    ['a format that is cut off', riff(fmt()).subarray(0, 30), /"fmt " has 10 of 16 bytes/],
  ])('rejects %s, and says what it found and what it takes', (_, bytes, found) => {
    const error = rejection(bytes);
    expect(error).toMatchObject({ code: ErrorCode.BAD_USER_INPUT, message: expect.stringMatching(found) });
    expect(error).toMatchObject({ message: expect.stringMatching(/16-bit PCM or 8-bit mu-law/) });
  });

  it('rejects every file that is cut off before its end, wherever the cut is', () => {
    const file = riff(fmt(), chunk('LIST', Buffer.from('INFO')), chunk('data', threeSamples));
    for (let length = 0; length < file.length; length++) {
      expect(rejection(file.subarray(0, length))).toMatchObject({ code: ErrorCode.BAD_USER_INPUT });
    }
    expect(rejection(file)).toBeNull();
  });
});

describe('writeWav', () => {
  it('writes the 44 bytes of header that every reader knows', () => {
    const file = Buffer.from(writeWav({ samples: Int16Array.of(1, -1), sampleRateHz: 8000 }));
    expect(file.toString('hex')).toBe(
      '524946462800000057415645666d7420100000000100010040 1f0000803e0000020010006461746104000000 0100ffff'.replaceAll(
        ' ',
        '',
      ),
    );
  });

  it('is RIFF and WAVE at 16,000 Hz, as speech-to-text takes it', () => {
    const file = Buffer.from(writeWav({ samples: Int16Array.of(7), sampleRateHz: 16_000 }));
    expect([file.toString('latin1', 0, 4), file.toString('latin1', 8, 12)]).toEqual(['RIFF', 'WAVE']);
    expect(file.readUInt32LE(24)).toBe(16_000);
  });

  it('is read back', () => {
    const samples = Int16Array.of(0, 32_767, -32_768, 5);
    expect(readWav(writeWav({ samples, sampleRateHz: 24_000 }))).toEqual({
      format: 'pcm16',
      sampleRateHz: 24_000,
      channels: 1,
      samples,
    });
  });

  it('interleaves two channels and ends the shorter one in silence', () => {
    const file = writeWav({ channels: [Int16Array.of(1, 2, 3), Int16Array.of(-1)], sampleRateHz: 8000 });
    expect(readWav(file)).toMatchObject({ channels: 2, samples: Int16Array.of(1, -1, 2, 0, 3, 0) });
  });
});

describe('a WAV file of mu-law', () => {
  it('is read as what it says it is', () => {
    const data = Uint8Array.from({ length: 32 }, (_, at) => 0x80 + at);
    const header = muLawWavHeader({ channels: 2, sampleRateHz: 8_000, dataBytes: data.length });
    expect(header).toHaveLength(MU_LAW_WAV_HEADER_BYTES);
    const wav = readWav(Buffer.concat([header, data]));
    expect(wav).toMatchObject({ format: 'mu-law', channels: 2, sampleRateHz: 8_000 });
    expect([...encodeMuLaw(wav.samples)]).toEqual([...data]);
  });
});
