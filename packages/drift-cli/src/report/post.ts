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

import { createReadStream } from 'node:fs';
import { IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

/** One answer of the portal, whatever its status. */
export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  /** The first bytes only. */
  text: string;
}

/** What is posted. */
export interface Letter {
  url: URL;
  headers: Record<string, string | number>;
  file: string;
  /** Longest time without any byte in either direction. */
  idleTimeoutMs: number;
  onSent(bytes: number): void;
}

/** The longest answer that says anything. */
const ANSWER_BYTES = 64 * 1024;

/** Nothing moved on the connection for too long. */
export class IdleError extends Error {
  readonly code = 'ETIMEDOUT';

  constructor(ms: number) {
    super(`Nothing happened for ${ms / 1000} seconds.`);
    this.name = 'IdleError';
  }
}

/**
 * Sends a file and reads the answer. Follows no redirect. An answer that comes
 * before the end of the file ends the sending and counts.
 *
 * @throws what the network said, when there was no answer.
 */
export function post(letter: Letter): Promise<Answer> {
  const { url, headers, file, idleTimeoutMs, onSent } = letter;
  return new Promise((resolve, reject) => {
    const start = url.protocol === 'https:' ? requestHttps : requestHttp;
    const body = createReadStream(file);
    const request = start(url, { method: 'POST', headers, agent: false });
    let answered = false;
    request.setTimeout(idleTimeoutMs, () =>
      request.destroy(new IdleError(idleTimeoutMs)),
    );
    body.on('data', chunk => onSent(chunk.length));
    body.on('error', error => request.destroy(error));
    request.on('response', response => {
      answered = true;
      readAnswer(response)
        .then(resolve, reject)
        .finally(() => {
          body.destroy();
          request.destroy();
        });
    });
    request.on('error', error => {
      body.destroy();
      if (!answered) {
        reject(error);
      }
    });
    body.pipe(request);
  });
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > ANSWER_BYTES) {
        break;
      }
    }
  } catch {
    // The status is the answer; its text may be cut off by the end of the connection.
  }
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text: Buffer.concat(chunks).subarray(0, ANSWER_BYTES).toString('utf8'),
  };
}
