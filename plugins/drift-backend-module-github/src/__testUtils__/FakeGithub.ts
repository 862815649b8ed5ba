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
import { AddressInfo, Socket } from 'node:net';

/** What the server was asked. */
export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body?: {
    ref?: string;
    inputs?: Record<string, string>;
    return_run_details?: boolean;
  };
}

/** A run as it goes through its states, one look after the other. */
export interface RunScript {
  /** Seen one after the other; the last one stays. */
  states: { status: string; conclusion?: string }[];
  jobs?: {
    steps: { name: string; conclusion: string | null; completed_at?: string }[];
  }[];
}

interface Run extends RunScript {
  id: number;
  title: string;
  looks: number;
}

/** An answer that comes instead of the right one. */
export type Override =
  | { status: number; headers?: Record<string, string>; body?: unknown }
  | 'hang-up'
  | 'hang-up-after'
  | undefined;

const INPUTS = [
  'remediation',
  'module',
  'client',
  'action',
  'addresses',
  'expected',
];

/**
 * GitHub's REST API for workflows, as far as
 * https://docs.github.com/rest/actions describes it: one repository `acme/infra`
 * with one workflow on `main`.
 */
export class FakeGithub {
  readonly asked: Asked[] = [];
  readonly runs: Run[] = [];
  /** What the token may do. */
  token = 'the-token';
  mayWrite = true;
  /** `new` tells run ids; `old` ignores the wish for them; `strict` refuses it. */
  version: 'new' | 'old' | 'strict' = 'new';
  inputs = INPUTS;
  dispatchable = true;
  /** The name of runs; without the mark, they cannot be told apart. */
  title = (inputs: Record<string, string>) =>
    `Drift remediation ${inputs.module} (${inputs.remediation})`;
  /** Looks at the list of runs before a new one appears. */
  hiddenFor = 0;
  script: RunScript = {
    states: [
      { status: 'queued' },
      { status: 'in_progress' },
      { status: 'completed', conclusion: 'success' },
    ],
    jobs: [
      {
        steps: [
          { name: 'Not what was approved', conclusion: 'skipped' },
          {
            name: 'Apply',
            conclusion: 'success',
            completed_at: '2026-11-22T10:00:00Z',
          },
        ],
      },
    ],
  };
  override: (asked: Asked) => Override = () => undefined;
  readonly #server: Server;

  static async start(): Promise<FakeGithub> {
    const fake = new FakeGithub();
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
      const url = new URL(request.url ?? '/', 'http://github');
      const text = Buffer.concat(chunks).toString();
      const asked: Asked = {
        method: request.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        ...(text ? { body: JSON.parse(text) } : {}),
      };
      this.asked.push(asked);
      const override = this.override(asked);
      if (override === 'hang-up') {
        (request.socket as Socket).destroy();
        return;
      }
      const answer: Exclude<Override, string | undefined> =
        typeof override === 'object' ? override : this.#answer(asked);
      if (override === 'hang-up-after') {
        (request.socket as Socket).destroy();
        return;
      }
      response.writeHead(answer.status, {
        'content-type': 'application/json; charset=utf-8',
        ...answer.headers,
      });
      response.end(
        typeof answer.body === 'string' || answer.body === undefined
          ? answer.body
          : JSON.stringify(answer.body),
      );
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get dispatches(): Asked[] {
    return this.asked.filter(({ path }) => path.endsWith('/dispatches'));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => {
      this.#server.close(resolve);
    });
  }

  #answer(asked: Asked): { status: number; body?: unknown } {
    const { method, path } = asked;
    if (asked.headers.authorization !== `Bearer ${this.token}`) {
      return { status: 401, body: { message: 'Bad credentials' } };
    }
    const workflow = '/repos/acme/infra/actions/workflows/drift-remediate.yml';
    if (method === 'POST' && path === `${workflow}/dispatches`) {
      return this.#dispatch(asked);
    }
    if (method === 'GET' && path === `${workflow}/runs`) {
      return { status: 200, body: this.#list(asked) };
    }
    const [, id, rest = ''] =
      /^\/repos\/acme\/infra\/actions\/runs\/(\d+)(\/\w+)?$/.exec(path) ?? [];
    const run = this.runs.find(each => String(each.id) === id);
    if (!run) {
      return { status: 404, body: { message: 'Not Found' } };
    }
    switch (`${method} ${rest}`) {
      case 'GET ':
        return { status: 200, body: this.#show(run) };
      case 'GET /jobs':
        return {
          status: 200,
          body: { total_count: run.jobs?.length ?? 0, jobs: run.jobs ?? [] },
        };
      case 'POST /cancel':
        return { status: 202, body: {} };
      default:
        return { status: 404, body: { message: 'Not Found' } };
    }
  }

  #dispatch({ body }: Asked): { status: number; body?: unknown } {
    if (!this.mayWrite) {
      return {
        status: 403,
        body: { message: 'Resource not accessible by integration' },
      };
    }
    if (this.version === 'strict' && body?.return_run_details !== undefined) {
      return {
        status: 422,
        body: {
          message:
            'Invalid request.\n\n"return_run_details" is not a permitted key.',
        },
      };
    }
    if (body?.ref !== 'main') {
      return {
        status: 422,
        body: { message: `No ref found for: ${body?.ref}` },
      };
    }
    if (!this.dispatchable) {
      return {
        status: 422,
        body: { message: "Workflow does not have 'workflow_dispatch' trigger" },
      };
    }
    const inputs = body.inputs ?? {};
    const unexpected = Object.keys(inputs).filter(
      name => !this.inputs.includes(name),
    );
    if (unexpected.length > 0) {
      return {
        status: 422,
        body: {
          message: `Unexpected inputs provided: ${JSON.stringify(unexpected)}`,
        },
      };
    }
    const id = 1001 + this.runs.length;
    this.runs.push({ ...this.script, id, looks: 0, title: this.title(inputs) });
    const at = `${this.url}/repos/acme/infra/actions/runs/${id}`;
    return this.version === 'new' && body.return_run_details
      ? {
          status: 200,
          body: { workflow_run_id: id, run_url: at, html_url: at },
        }
      : { status: 204 };
  }

  #list({ query }: Asked): unknown {
    if (
      query.get('event') !== 'workflow_dispatch' ||
      !/^>=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(query.get('created') ?? '')
    ) {
      return { total_count: 0, workflow_runs: [] };
    }
    const shown = this.hiddenFor > 0 ? [] : [...this.runs].reverse();
    this.hiddenFor -= 1;
    return {
      total_count: shown.length,
      workflow_runs: shown.map(({ id, title }) => ({
        id,
        name: 'Drift remediation',
        display_title: title,
        event: 'workflow_dispatch',
        status: 'queued',
        conclusion: null,
      })),
    };
  }

  #show(run: Run): unknown {
    const state = run.states[Math.min(run.looks, run.states.length - 1)];
    run.looks += 1;
    return {
      id: run.id,
      name: 'Drift remediation',
      display_title: run.title,
      event: 'workflow_dispatch',
      status: state.status,
      conclusion: state.conclusion ?? null,
      html_url: 'https://elsewhere.example/phishing',
    };
  }
}
