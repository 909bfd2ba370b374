import { isDeepStrictEqual } from 'node:util';
import { AppError, ErrorCode } from '../../domain/errors.js';
import { sentenceOf } from '../../replay/fixture/difference.js';
import { type Fixture, parseFixture } from '../../replay/fixture/fixture.js';
import { type Replayed, replayFixture } from '../../replay/fixture/replay-fixture.js';
import { replayTrace } from '../../voice/trace/replay-trace.js';

/** Replays a call twice, through the decider and the turn-taking of this code. Throws `INTERNAL` where they differ between themselves. */
export const replayTwice = (fixture: Fixture): Replayed => {
  const [first, second] = [replayFixture(fixture, replayTrace), replayFixture(fixture, replayTrace)];
  if (isDeepStrictEqual(first, second)) return first;
  throw new AppError(
    ErrorCode.INTERNAL,
    `${fixture.callId} gives other events each time: something in its decider or in turn-taking isn't pure.`,
  );
};

/**
 * For tests: where the call of a fixture (a file's text) goes otherwise now than it did, in a sentence; `null`: nowhere.
 * Throws what `parseFixture` throws.
 */
export const firstDifferenceIn = (text: string): string | null => {
  const { difference } = replayTwice(parseFixture(text));
  return difference && sentenceOf(difference);
};
