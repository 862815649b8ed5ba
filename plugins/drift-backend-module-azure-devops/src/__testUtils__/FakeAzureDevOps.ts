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

import { createServer, IncomingMessage, Server } from 'node:http';
import { AddressInfo } from 'node:net';

/** What the server was asked. */
export interface Asked {
  method: string;
  path: string;
  apiVersion: string | null;
  headers: IncomingMessage['headers'];
  body?: {
    resources?: { repositories?: { self?: { refName?: string } } };
    templateParameters?: Record<string, string>;
    status?: string;
  };
}

interface Run {
  id: number;
  name: string;
  createdDate: string;
  templateParameters: Record<string, string>;
  looks: number;
}

/** An answer that comes instead of the right one. */
export type Override =
  | { status: number; headers?: Record<string, string>; body?: unknown }
  | 'hang-up'
  | 'hang-up-after'
  | undefined;

const PARAMETERS = [
  'remediation',
  'module',
  'client',
  'action',
  'addresses',
  'expected',
];
const PIPELINE = '/acme/Infra%20Team/_apis/pipelines/12/runs';

/**
 * The REST API of Azure DevOps for runs of pipelines, as far as
 * https://learn.microsoft.com/rest/api/azure/devops describes it: pipeline 12 of
 * `acme/Infra Team`.
 */
export class FakeAzureDevOps {
  readonly asked: Asked[] = [];
  readonly runs: Run[] = [];
  mayQueue = true;
  parameters = PARAMETERS;
  /** Whether the list of runs has their parameters. */
  listsParameters = true;
  nameOf = (parameters: Record<string, string>) =>
    `20261122.1-${parameters.remediation}`;
  /** Seen one after the other; the last one stays. */
  states: { state: string; result?: string }[] = [
    { state: 'inProgress' },
    { state: 'completed', result: 'succeeded' },
  ];
  /** Absent where there is no timeline. */
  records: object[] | undefined = [
    { type: 'Stage', name: '__default', state: 'completed', result: 'failed' },
    {
      type: 'Task',
      name: 'Not what was approved',
      state: 'completed',
      result: 'skipped',
    },
    {
      type: 'Task',
      name: 'Apply',
      state: 'completed',
      result: 'succeeded',
      finishTime: '2026-11-22T10:00:00.1234567Z',
    },
  ];
  override: (asked: Asked) => Override = () => undefined;
  readonly #server: Server;

  static async start(): Promise<FakeAzureDevOps> {
    const fake = new FakeAzureDevOps();
    await new Promise<void>(resolve => {
      fake.#server.listen(0, '127.0.0.1', resolve);
    });
    return fake;
  }

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) {
        chunks.push(chunk);
      }
      const url = new URL(request.url ?? '/', 'http://azure');
      const text = Buffer.concat(chunks).toString();
      const asked: Asked = {
        method: request.method ?? '',
        path: url.pathname,
        apiVersion: url.searchParams.get('api-version'),
        headers: request.headers,
        ...(text ? { body: JSON.parse(text) } : {}),
      };
      this.asked.push(asked);
      const override = this.override(asked);
      if (override === 'hang-up') {
        request.socket.destroy();
        return;
      }
      const answer: Exclude<Override, string | undefined> =
        typeof override === 'object' ? override : this.#answer(asked);
      if (override === 'hang-up-after') {
        request.socket.destroy();
        return;
      }
      response.writeHead(answer.status, {
        'content-type': 'application/json; charset=utf-8; api-version=7.1',
        ...answer.headers,
      });
      response.end(
        typeof answer.body === 'string' || answer.body === undefined
          ? answer.body
          : JSON.stringify(answer.body),
      );
    });
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get starts(): Asked[] {
    return this.asked.filter(({ method }) => method === 'POST');
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => {
      this.#server.close(resolve);
    });
  }

  #answer(asked: Asked): { status: number; body?: unknown } {
    const { method, path } = asked;
    const basic = Buffer.from(':the-token').toString('base64');
    if (asked.headers.authorization !== `Basic ${basic}`) {
      return { status: 401, body: '' };
    }
    if (asked.apiVersion !== '7.1') {
      return { status: 400, body: { message: 'No api-version was supplied' } };
    }
    if (path === PIPELINE) {
      return method === 'POST'
        ? this.#start(asked)
        : {
            status: 200,
            body: {
              count: this.runs.length,
              value: [...this.runs].reverse().map(run => {
                const { templateParameters, ...rest } = this.#show(run, 0);
                return this.listsParameters
                  ? { ...rest, templateParameters }
                  : rest;
              }),
            },
          };
    }
    const [, id] = /\/(?:runs|builds)\/(\d+)/.exec(path) ?? [];
    const run = this.runs.find(each => String(each.id) === id);
    if (!run) {
      return { status: 404, body: { message: 'TF…: not found' } };
    }
    if (path === `${PIPELINE}/${id}` && method === 'GET') {
      return { status: 200, body: this.#show(run, run.looks++) };
    }
    const build = `/acme/Infra%20Team/_apis/build/builds/${id}`;
    if (path === `${build}/timeline` && method === 'GET') {
      return this.records
        ? { status: 200, body: { records: this.records } }
        : { status: 204 };
    }
    return path === build && method === 'PATCH'
      ? { status: 200, body: { id: run.id, status: 'cancelling' } }
      : { status: 404, body: {} };
  }

  #start({ body }: Asked): { status: number; body?: unknown } {
    if (!this.mayQueue) {
      return {
        status: 403,
        body: { message: 'Access denied. needs Queue builds permissions' },
      };
    }
    const refName = body?.resources?.repositories?.self?.refName;
    if (refName !== 'refs/heads/main') {
      return {
        status: 400,
        body: {
          message: `Could not find a version ${refName} of the file`,
          typeKey: 'PipelineValidationException',
        },
      };
    }
    const templateParameters = body?.templateParameters ?? {};
    const unexpected = Object.keys(templateParameters).find(
      name => !this.parameters.includes(name),
    );
    if (unexpected !== undefined) {
      return {
        status: 400,
        body: {
          message: `/azure-pipelines.yml (Line: 1): Unexpected parameter '${unexpected}'`,
          typeKey: 'PipelineValidationException',
        },
      };
    }
    const run: Run = {
      id: 501 + this.runs.length,
      name: this.nameOf(templateParameters),
      createdDate: new Date().toISOString(),
      templateParameters,
      looks: 0,
    };
    this.runs.push(run);
    return { status: 200, body: this.#show(run, 0) };
  }

  #show({ id, name, createdDate, templateParameters }: Run, look: number) {
    return {
      _links: { web: { href: 'https://elsewhere.example/phishing' } },
      id,
      name,
      createdDate,
      templateParameters,
      url: 'https://elsewhere.example/phishing',
      ...this.states[Math.min(look, this.states.length - 1)],
    };
  }
}
