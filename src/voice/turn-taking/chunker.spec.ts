import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runs } from '../../../test/support/runs.js';
import { Conversation } from '../../../test/support/voice/conversation.js';
import { nextChunk } from './chunker.js';
import { NEWEST_RULES } from './rules.js';

/** All pieces of a text that comes as deltas, as a reply asks for them. */
const chunksBy =
  (rules: number) =>
  (...deltas: readonly string[]): readonly string[] => {
    const chunks: string[] = [];
    let rest = '';
    const take = (complete: boolean): void => {
      for (;;) {
        const chunk = nextChunk(rest, chunks.length === 0, complete, { rules });
        if (chunk === null) return;
        chunks.push(chunk);
        rest = rest.slice(chunk.length);
      }
    };
    for (const delta of deltas) {
      rest += delta;
      take(false);
    }
    take(true);
    return chunks;
  };

const chunksOf = chunksBy(NEWEST_RULES);

describe('the pieces of a text', () => {
  it('are the first clause, then sentences', () => {
    expect(
      chunksOf(
        'We are open every day, from eight to six, also on Sundays. Come in! Or call us, if you like.',
      ),
    ).toEqual([
      'We are open every day,',
      ' from eight to six, also on Sundays.',
      ' Come in!',
      ' Or call us, if you like.',
    ]);
  });

  it('begin with twenty characters at least, or with all there is', () => {
    expect(chunksOf('Yes, of course, we do, gladly. Bye.')[0]).toBe('Yes, of course, we do,');
    expect(chunksOf('Yes, of course.')).toEqual(['Yes, of course.']);
  });

  it('may begin before a dash', () => {
    expect(chunksOf('There are two tables left – one outside')[0]).toBe('There are two tables left –');
  });

  it('wait for what follows a full stop: "$29." may become "$29.99"', () => {
    expect(nextChunk('The small one costs $29.', true, false)).toBeNull();
    expect(nextChunk('The small one costs $29.99', true, false)).toBeNull();
    expect(nextChunk('The small one costs $29.99 now. Or', true, false)).toBe(
      'The small one costs $29.99 now.',
    );
    expect(nextChunk('The small one costs $29. Or', true, false)).toBe('The small one costs $29.');
  });

  it('take a quotation mark or a bracket along', () => {
    expect(chunksOf('He said that "we are open." (So he said.) Fine.')).toEqual([
      'He said that "we are open."',
      ' (So he said.)',
      ' Fine.',
    ]);
  });

  it.each([
    'Please ask for Dr. Miller at the front desk',
    'It takes approx. two hours to get there by car',
    'We have cakes, e.g. apple pie, and also bread',
    'Das geht bei uns z.B. am Montag um neun Uhr',
    'The author was called J. R. R. Tolkien of old',
    'You may call Acme Inc. Monday at noon',
    'It is beside the U.S. Embassy in the old town',
    'She is a Ph.D. Student at the university',
    'We talk to Gen. Smith, Sgt. Miller and Prof. Brown',
    'There are cakes, pies etc. Sugar is extra',
    'It stands in vol. 3, fig. 4 of the book',
    'Our address is 12 Park Ave. New York',
    'It is open from Sept. 3 to Dec. 24 this year',
    'Das geht bei uns z. B. Montag um neun Uhr',
    'Das ist am Nachmittag, d. h. Um drei Uhr',
    'Das kostet 30 Euro inkl. Frühstück und zzgl. Kurtaxe',
    'Wir haben Tische, Stühle usw. Alles ist neu',
    'Wir haben ca. 20 Zimmer und max. 40 Betten',
    'Sie finden uns in der Hauptstr. Nummer 3, Tel. 12345',
    'Fragen Sie Hr. Maier oder Fr. Huber, ggf. Herrn Mag. Berger',
    'Das hat Univ.-Prof. Dipl.-Ing. Berger gesagt',
    'Rufen Sie „Dr. Huber“ an',
    'यह डॉ. शर्मा का नंबर है',
    'Der Termin ist also am 3. Mai um acht Uhr',
    'Der Termin ist am 14.3. Montag wäre besser',
    'Das geht vom 3.-5. Mai und (am 24. Dezember) nicht',
    'It is 1. Left and 2. Right',
  ])('do not end at an abbreviation: %s', (text) => {
    expect(chunksOf('This is a first sentence.', ` ${text}. `, 'Next one.')).toEqual([
      'This is a first sentence.',
      ` ${text}.`,
      ' Next one.',
    ]);
  });

  it.each([
    [
      'We are open until 8 p.m. on weekdays. Come in.',
      ['We are open until 8 p.m. on weekdays.', ' Come in.'],
    ],
    [
      '1. Go left. 2. Turn right at the end. 3. Stop.',
      ['1. Go left. 2. Turn right at the end.', ' 3. Stop.'],
    ],
    ['It belongs to Acme Inc. at noon. Yes.', ['It belongs to Acme Inc. at noon.', ' Yes.']],
    ['So we shall see later on. maybe not. Yes.', ['So we shall see later on. maybe not.', ' Yes.']],
    ['He said "we are open." and left. Yes.', ['He said "we are open." and left.', ' Yes.']],
    ['Well, let me see this... it is. Yes.', ['Well, let me see this... it is.', ' Yes.']],
    ['Is it the yahoo you mean? yes! no. Yes.', ['Is it the yahoo you mean?', ' yes!', ' no. Yes.']],
    ['The bill for it is $29. It is paid. Yes.', ['The bill for it is $29.', ' It is paid.', ' Yes.']],
    ['We are open until 20:15. Come in.', ['We are open until 20:15.', ' Come in.']],
    ['It has been so since 2019. Come in.', ['It has been so since 2019.', ' Come in.']],
    ["We meet tonight at Joe's. Come in.", ["We meet tonight at Joe's.", ' Come in.']],
  ])('are whole phrases: %s', (text, chunks) => {
    expect(chunksOf(text)).toEqual(chunks);
    expect(chunksOf(...text)).toEqual(chunks);
  });

  it('wait at a full stop for what begins behind it, unless nothing follows', () => {
    expect(nextChunk('We are open until eight tonight. ', true, false)).toBeNull();
    expect(nextChunk('We are open until eight tonight. C', true, false)).toBe(
      'We are open until eight tonight.',
    );
    expect(nextChunk('We are open until eight tonight. ', true, true)).toBe(
      'We are open until eight tonight. ',
    );
    expect(nextChunk('Are you open until eight tonight? ', true, false)).toBe(
      'Are you open until eight tonight?',
    );
    expect(nextChunk('We are open until eight tonight, ', true, false)).toBe(
      'We are open until eight tonight,',
    );
  });

  it('are cut as they were by the rules of before', () => {
    const chunksThen = chunksBy(5);
    expect(chunksThen('We are open until 8 p.m. on weekdays.')).toEqual([
      'We are open until 8 p.m.',
      ' on weekdays.',
    ]);
    expect(chunksThen('Der Termin ist also am 3. Mai um acht Uhr.')).toEqual([
      'Der Termin ist also am 3.',
      ' Mai um acht Uhr.',
    ]);
    expect(chunksThen('Please ask for Dr. Miller there. Yes.')).toEqual([
      'Please ask for Dr. Miller there.',
      ' Yes.',
    ]);
    expect(nextChunk('We are open until eight tonight. ', true, false, { rules: 5 })).toBe(
      'We are open until eight tonight.',
    );
  });

  it('are what the voice gets, by the rules that the conversation began with', () => {
    const said = (rules: number): readonly string[] =>
      new Conversation({
        settings: { rules },
        model: () => [{ afterMs: 100, text: 'We are open until 8 p.m. on weekdays.' }],
      })
        .start()
        .says(1_000, 'When do you close?')
        .runUntil(8_000)
        .effects.flatMap((effect) => (effect.type === 'say' ? [effect.text] : []));
    expect(said(NEWEST_RULES)).toEqual(['We are open until 8 p.m. on weekdays.']);
    expect(said(5)).toEqual(['We are open until 8 p.m.', 'on weekdays.']);
  });

  it('need not wait for the model where the platform speaks first', () => {
    const firstSaid = (rules: number) =>
      new Conversation({
        settings: { rules, callerTurnLimitMs: 5_000 },
        model: () => [{ afterMs: 900, text: 'We open at eight.' }],
      })
        .start()
        .says(1_000, 'and so on '.repeat(10).trim())
        .runUntil(12_000)
        .effects.find(({ type }) => type === 'say');
    expect(firstSaid(NEWEST_RULES)).toMatchObject({ text: 'Excuse me for cutting in.' });
    expect(firstSaid(NEWEST_RULES)).toEqual(firstSaid(5));
  });

  it('end at Chinese, Japanese and Hindi punctuation, which no space follows', () => {
    expect(chunksOf('我们每天早上八点开门，晚上六点关门，周日也一样。欢迎光临！您想预订吗？')).toEqual([
      '我们每天早上八点开门，晚上六点关门，周日也一样。',
      '欢迎光临！',
      '您想预订吗？',
    ]);
    expect(chunksOf('営業時間は朝の八時から夕方の六時までとなっております、日曜も。どうぞ。')).toEqual([
      '営業時間は朝の八時から夕方の六時までとなっております、',
      '日曜も。',
      'どうぞ。',
    ]);
    expect(chunksOf('हम हर दिन सुबह आठ बजे खुलते हैं। आइए।')).toEqual(['हम हर दिन सुबह आठ बजे खुलते हैं।', ' आइए।']);
  });

  it('are cut at a word where no sentence ends', () => {
    const list = 'apples and pears and '.repeat(40).trim();
    const chunks = chunksOf(list);
    expect(chunks.length).toBeGreaterThan(3);
    for (const chunk of chunks) {
      expect(chunk.trim().length).toBeLessThanOrEqual(240);
      expect(chunk).toMatch(/^ ?(apples|and|pears).*(apples|and|pears)$/);
    }
    expect(chunks.join('')).toBe(list);
  });

  it('have something to be spoken: no emoji or bracket stands alone', () => {
    expect(chunksOf('That is wonderful to hear! 😊')).toEqual(['That is wonderful to hear!']);
    expect(chunksOf('「はい、そうです、わかりました、ありがとうございます。」')).toEqual([
      '「はい、そうです、わかりました、ありがとうございます。',
    ]);
    expect(chunksOf('Wonderful, that is settled. – . Bye.')).toEqual([
      'Wonderful, that is settled.',
      ' – . Bye.',
    ]);
    expect(chunksOf('…')).toEqual([]);
    expect(chunksOf(' ', '\n')).toEqual([]);
  });

  const word = fc.constantFrom(
    'a',
    'open',
    'Dr',
    '$29',
    '99',
    'p.m',
    'Then',
    'Hauptstr',
    'no',
    'z.B',
    'हैं',
    '六時',
    'Öffnungszeiten',
    '😊',
  );
  const gap = fc.oneof(
    { weight: 9, arbitrary: fc.constant(' ') },
    fc.constantFrom('. ', '.', ', ', '! ', '。', '।', '，', '.) ', '\n', ' – ', '…', '  ', ''),
  );
  const text = fc
    .array(fc.tuple(word, gap), { maxLength: 150, size: 'max' })
    .map((pairs) => pairs.flat().join(''))
    .filter((whole) => whole.length > 0);

  it('are the same however the text comes in', () => {
    fc.assert(
      fc.property(text, fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (whole, sizes) => {
        const deltas: string[] = [];
        for (let at = 0, n = 0; at < whole.length; n++) {
          const size = sizes[n % sizes.length] ?? 1;
          deltas.push(whole.slice(at, at + size));
          at += size;
        }
        expect(chunksOf(...deltas)).toEqual(chunksOf(whole));
      }),
      { numRuns: runs(400) },
    );
  });

  it('are the text, but for an end that can not be spoken', () => {
    fc.assert(
      fc.property(text, (whole) => {
        const chunks = chunksOf(whole);
        expect(whole.startsWith(chunks.join(''))).toBe(true);
        expect(whole.slice(chunks.join('').length)).not.toMatch(/[\p{L}\p{N}]/u);
        for (const chunk of chunks) {
          expect(chunk).toMatch(/[\p{L}\p{N}]/u);
          expect(chunk.trim().length).toBeLessThanOrEqual(240);
        }
      }),
      { numRuns: runs(400) },
    );
  });
});
