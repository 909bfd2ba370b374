/**
 * Asks the source for the next item while the consumer works on this one; where `isWorthwhile` denies it of this item, after
 * that.
 */
export async function* readAhead<T>(
  source: AsyncIterable<T>,
  isWorthwhile: (item: T) => boolean = () => true,
): AsyncIterable<T> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (let next = iterator.next(); ; ) {
      const result = await next;
      if (result.done) return;
      if (isWorthwhile(result.value)) {
        next = iterator.next();
        // Thrown where it's awaited; a consumer that stops early doesn't care.
        next.catch(() => undefined);
        yield result.value;
      } else {
        yield result.value;
        next = iterator.next();
      }
    }
  } finally {
    await iterator.return?.();
  }
}
