import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '../domain/logger.js';
import { createHttpServer } from './http-server.js';

describe('the HTTP server', () => {
  it('answers an address that cannot be decoded as any other that is wrong', async () => {
    const server = await createHttpServer({ corsOrigins: [] }, silentLogger);
    const response = await server.inject({ url: '/exports/%E0%A4%A' });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual({
      error: {
        code: 'BAD_USER_INPUT',
        message: "'/exports/%E0%A4%A' is not a valid url component",
        details: {},
        timestamp: expect.any(String),
        requestId: expect.any(String),
      },
    });
    await server.close();
  });
});
