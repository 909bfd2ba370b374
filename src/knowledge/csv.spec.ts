import { describe, expect, it } from '@jest/globals';
import { rowsOf } from './csv.js';

describe('rows of a CSV', () => {
  it("are told with their columns' names", () => {
    expect(rowsOf('Service,Price\nHaircut,"1,200"\n\nShave, 300 \n')).toEqual([
      'Service: Haircut\nPrice: 1,200',
      'Service: Shave\nPrice: 300',
    ]);
  });

  it('may be delimited by semicolons, tabs and bars', () => {
    for (const delimiter of [';', '\t', '|']) {
      expect(
        rowsOf(['Service', 'Price'].join(delimiter).concat('\n', ['Cut', '1,50'].join(delimiter))),
      ).toEqual(['Service: Cut\nPrice: 1,50']);
    }
  });

  it('leave out what is empty, and number columns without a name', () => {
    expect(rowsOf('Service,,Price\nCut,short,\nShave,,5,tip\n,,\n')).toEqual([
      'Service: Cut\nColumn 2: short',
      'Service: Shave\nPrice: 5\nColumn 4: tip',
    ]);
  });

  it('are none of a header alone', () => {
    expect(rowsOf('Service,Price\n')).toEqual([]);
  });

  it('take a quote within a cell as it is', () => {
    expect(rowsOf('Pipe,Price\n6" steel,9')).toEqual(['Pipe: 6" steel\nPrice: 9']);
  });

  it('are refused with the line where a quote is never closed', () => {
    expect(() => rowsOf('Service,Price\n"Cut,5\nShave,6')).toThrow(
      expect.objectContaining({
        code: 'BAD_USER_INPUT',
        message: expect.stringContaining('line'),
        details: { reason: 'PARSE_FAILED' },
      }),
    );
  });
});
