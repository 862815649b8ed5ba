/*
 * Copyright 2026 The Infra Hub Authors
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { judgePipelineRun } from './judgePipelineRun';
import { pathOf, PipelineHttp, readPause } from './PipelineHttp';
import { routeOf } from './PipelineRoute';

describe('pathOf', () => {
  it('keeps what is inserted in its place', () => {
    expect(pathOf`/repos/${'a/../b'}/x?ref=${'a&b=c#d'}&n=${1}`).toBe(
      '/repos/a%2F..%2Fb/x?ref=a%26b%3Dc%23d&n=1',
    );
    expect(pathOf`/plain`).toBe('/plain');
  });
});

describe('readPause', () => {
  const now = new Date('2026-11-22T10:00:00Z');
  const epoch = now.getTime() / 1000;

  it.each<[Record<string, string>, number | undefined]>([
    [{}, undefined],
    [{ 'retry-after': '30' }, 30_000],
    [{ 'retry-after': 'Sun, 22 Nov 2026 10:01:00 GMT' }, 60_000],
    [{ 'retry-after': 'Sun, 22 Nov 2026 09:00:00 GMT' }, 0],
    [{ 'retry-after': '999999999' }, 3_600_000],
    [{ 'retry-after': 'soon' }, undefined],
    [
      {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(epoch + 90),
      },
      90_000,
    ],
    [
      {
        'x-ratelimit-remaining': '7',
        'x-ratelimit-reset': String(epoch + 90),
      },
      undefined,
    ],
  ])('reads %j as %s ms', (headers, pause) => {
    expect(readPause(new Headers(headers), now)).toBe(pause);
  });
});

describe('PipelineHttp', () => {
  it('tells a request that never left from one that may have arrived', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/base/hang-up') {
        request.socket.destroy();
      } else if (request.url === '/base/moved') {
        response.writeHead(302, { location: '/base/elsewhere' }).end();
      } else if (request.url !== '/base/silent') {
        response.end('{"a":1}');
      }
    });
    await new Promise<void>(resolve => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const http = PipelineHttp.create({
      baseUrl: `http://127.0.0.1:${port}/base/`,
      timeoutMs: 200,
    });
    const send = (path: string) =>
      http.send({
        method: 'GET',
        path,
        headers: {},
        signal: new AbortController().signal,
      });
    expect(await send('/fine')).toMatchObject({ status: 200, json: { a: 1 } });
    expect(await send('/moved')).toMatchObject({ status: 302 });
    expect(await send('/hang-up')).toMatchObject({
      kind: 'failed',
      sent: true,
    });
    expect(await send('/silent')).toEqual({
      kind: 'failed',
      sent: true,
      reason: 'it did not answer within 0.2 seconds',
    });
    server.closeAllConnections();
    await new Promise(resolve => {
      server.close(resolve);
    });
    expect(await send('/fine')).toEqual({
      kind: 'failed',
      sent: false,
      reason: 'the connection was refused',
    });
  });
});

describe('routeOf', () => {
  const route = (name: string, client?: string) => ({
    targets: [{ name, client }],
    timeoutMs: 1,
    identity: {},
    title: '',
  });

  it.each<[string, string | undefined, string, string | undefined, boolean]>([
    ['net*', undefined, 'network', 'acme', true],
    ['net*', undefined, 'network', undefined, true],
    ['net*', '-', 'network', undefined, true],
    ['net*', '-', 'network', 'acme', false],
    ['net.ork', undefined, 'network', undefined, false],
    ['*', 'a*', 'x\ny', 'acme', true],
    ['network', 'acme', 'network2', 'acme', false],
  ])('%s of %j for %j of %j: %s', (name, client, target, of, expected) => {
    expect(
      routeOf([route(name, client)], { name: target, client: of }) !==
        undefined,
    ).toBe(expected);
  });
});

describe('judgePipelineRun', () => {
  it('tells when applying ended only where something was applied', () => {
    const judge = (result: 'succeeded' | 'not-run', endedAt?: string) =>
      judgePipelineRun({
        succeeded: true,
        ending: 'succeeded',
        steps: [{ name: 'Apply', result, endedAt }],
      }).appliedAt;
    expect(judge('succeeded', '2026-11-22T10:00:00Z')).toBe(
      '2026-11-22T10:00:00.000Z',
    );
    expect(judge('succeeded', 'yesterday')).toBeUndefined();
    expect(judge('succeeded')).toBeUndefined();
    expect(judge('not-run', '2026-11-22T10:00:00Z')).toBeUndefined();
  });
});
