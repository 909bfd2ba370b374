import { describe, expect, it } from '@jest/globals';
import { connectionStringProblem, parseConnectionString } from './connection-string.js';

describe('an EventStoreDB connection string', () => {
  it('gives the credentials that every append needs, and the hosts without them', () => {
    expect(parseConnectionString('esdb://ada:s%40fe@one:2113,two:2114?nodePreference=leader')).toEqual({
      connectionString: 'esdb://ada:s%40fe@one:2113,two:2114?nodePreference=leader&defaultDeadline=5000',
      credentials: { username: 'ada', password: 's@fe' },
      hosts: 'one:2113,two:2114',
    });
  });

  it('leaves an own deadline alone', () => {
    const own = 'esdb+discover://db.example.com?tls=false&defaultDeadline=900';
    expect(parseConnectionString(own).connectionString).toBe(own);
  });

  it('has credentials even where none are sent, since the way without them has no deadline', () => {
    expect(parseConnectionString('esdb://localhost:2113?tls=false')).toMatchObject({
      credentials: { username: 'ledgerline' },
    });
  });

  it.each([
    ['another protocol', 'http://localhost:2113', /must be a connection string like esdb:/],
    ['no host', 'esdb://', /must be a connection string like esdb:/],
    ['credentials that would not be sent', 'esdb://ada:secret@db?tls=false', /never sent/],
    [
      'credentials that would not be sent, spelled otherwise',
      'esdb://ada:secret@db/?TLS=false',
      /never sent/,
    ],
    ['a secured server without credentials', 'esdb://db:2113', /needs a user and password/],
    ['answers with a wrong revision', 'esdb://a:b@db?throwOnAppendFailure=false', /throwOnAppendFailure/],
  ])('is refused for %s, without telling the password', (_, text, problem) => {
    expect(connectionStringProblem(text)).toMatch(problem);
    expect(connectionStringProblem(text)).not.toContain('secret');
    expect(() => parseConnectionString(text)).toThrow(problem);
  });
});
