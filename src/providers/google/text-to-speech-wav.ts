const RIFF_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;

/**
 * What follows a WAV header, where the bytes begin with one; else the bytes. Google's reference says that mu-law comes with
 * a header, and not whether that is so of the first piece of a stream too: played, it's a click. The data's length isn't
 * known yet in a stream, and so isn't looked at.
 */
export const withoutWavHeader = (bytes: Uint8Array): Uint8Array => {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (fourCc(file, 0) !== 'RIFF' || fourCc(file, 8) !== 'WAVE') return bytes;
  for (let at = RIFF_BYTES; at + CHUNK_HEADER_BYTES <= file.length; ) {
    if (fourCc(file, at) === 'data') return bytes.subarray(at + CHUNK_HEADER_BYTES);
    const lengthBytes = file.readUInt32LE(at + 4);
    at += CHUNK_HEADER_BYTES + lengthBytes + (lengthBytes & 1); // chunks start at even offsets
  }
  return bytes;
};

const fourCc = (file: Buffer, at: number): string => file.toString('latin1', at, at + 4);
