/** 25 times the largest document that may be uploaded. */
const MAX_ALLOCATED_BYTES = 268_435_456;

/**
 * Bounds what this thread may allocate for bytes in all its life. A thread's memory limit counts its objects and not its
 * bytes, and a PDF of 1 MB may unpack to gigabytes of them. For a thread that reads one document and ends.
 * Returns what throws once the bound was met: pdf.js takes an error within a page for the page's end.
 */
export const limitAllocations = (): (() => void) => {
  let allocated = 0;
  const check = () => {
    if (allocated > MAX_ALLOCATED_BYTES) throw new RangeError('it unpacks to more than 256 MB: split it.');
  };
  globalThis.Uint8Array = new Proxy(Uint8Array, {
    construct(target, parameters: [unknown], newTarget) {
      const [size] = parameters;
      if (typeof size === 'number') allocated += size;
      check();
      return Reflect.construct(target, parameters, newTarget);
    },
  });
  // pdf.js would unpack with it, past this bound; without it, it unpacks by itself.
  Reflect.deleteProperty(globalThis, 'DecompressionStream');
  return check;
};
