/**
 * Why a request is aborted that kept a caller waiting: the reason of its signal. An abort with any other reason, as when
 * the caller interrupts, says nothing about the provider.
 */
export class TookTooLong extends Error {
  override readonly name = 'TookTooLong';

  constructor() {
    super('It took too long.');
  }
}

/** Whether the signal says that the provider took too long. */
export const tookTooLong = ({ aborted, reason }: AbortSignal): boolean =>
  aborted && reason instanceof TookTooLong;
