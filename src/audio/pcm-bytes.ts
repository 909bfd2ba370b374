/** Whole 16-bit little-endian samples; an odd last byte is left out. The bytes may start at any offset. */
export const pcmFromBytes = (bytes: Uint8Array): Int16Array => {
  const pcm = new Int16Array(bytes.length >> 1);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < pcm.length; i++) pcm[i] = view.getInt16(2 * i, true);
  return pcm;
};

/**
 * 16-bit little-endian samples from a byte stream whose chunks end anywhere. Providers cut their HTTP bodies in the
 * middle of a sample; without the carried byte all that follows is noise. Half a sample at the stream's end is dropped.
 */
export class PcmByteStream {
  #carried: Uint8Array = new Uint8Array(0);

  /** The samples that are complete with this chunk. */
  push(chunk: Uint8Array): Int16Array {
    const bytes = this.#carried.length === 0 ? chunk : Buffer.concat([this.#carried, chunk]);
    this.#carried = bytes.slice(bytes.length & ~1);
    return pcmFromBytes(bytes);
  }
}
