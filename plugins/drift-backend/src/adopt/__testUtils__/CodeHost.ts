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

import { createHash } from 'node:crypto';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import express, { json, Request, Response } from 'express';

interface Commit {
  id: string;
  parent?: string;
  message: string;
  files: ReadonlyMap<string, string>;
}

interface PullRequest {
  number: number;
  title: string;
  body: string;
  head: string;
  base: string;
}

type Trouble = (request: Request, response: Response) => boolean;

/**
 * One repository, acme/infra, with as much of the APIs of GitHub, GitLab and Azure
 * Repos as a pull request takes, written from their public references. Answers and
 * refusals have the status and the shape of the real ones.
 */
export class CodeHost {
  readonly token = 'a-token-of-the-code-host';
  readonly branches = new Map<string, string>();
  readonly pullRequests: PullRequest[] = [];
  readonly requests: string[] = [];
  /** Answers in place of the API when it returns true. */
  trouble?: Trouble;
  readonly #commits = new Map<string, Commit>();
  readonly #trees = new Map<string, ReadonlyMap<string, string>>();
  readonly #server: Server;

  static async start(files: Record<string, string>): Promise<CodeHost> {
    const host = new CodeHost(files);
    await new Promise<void>(resolve => {
      host.#server.listen(0, '127.0.0.1', resolve);
    });
    return host;
  }

  private constructor(files: Record<string, string>) {
    this.push('main', 'First', new Map(Object.entries(files)));
    const app = express();
    app.use(json({ limit: '10mb' }));
    app.use((request, response, next) => {
      this.requests.push(`${request.method} ${request.path}`);
      if (!this.trouble?.(request, response)) {
        next();
      }
    });
    this.#github(app);
    this.#gitlab(app);
    this.#azure(app);
    this.#server = createServer(app);
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => {
      this.#server.close(resolve);
    });
  }

  push(
    branch: string,
    message: string,
    files: ReadonlyMap<string, string>,
    parent = this.branches.get(branch),
  ): string {
    const id = this.#commit({ message, files, parent });
    this.branches.set(branch, id);
    return id;
  }

  filesOf(branch: string): Record<string, string> {
    const commit = this.#commits.get(this.branches.get(branch) ?? '');
    return Object.fromEntries(commit?.files ?? []);
  }

  parentOf(branch: string): string | undefined {
    return this.#commits.get(this.branches.get(branch) ?? '')?.parent;
  }

  #commit(commit: Omit<Commit, 'id'>): string {
    const id = createHash('sha1')
      .update(JSON.stringify([this.#commits.size, commit.message]))
      .digest('hex');
    this.#commits.set(id, { ...commit, id });
    return id;
  }

  #open(pull: Omit<PullRequest, 'number'>): PullRequest {
    const opened = { ...pull, number: this.pullRequests.length + 1 };
    this.pullRequests.push(opened);
    return opened;
  }

  #github(app: express.Application): void {
    const root = '/api/v3/repos/acme/infra';
    const webUrl = (number: number) =>
      `http://${this.host}/acme/infra/pull/${number}`;
    app.use('/api/v3', (request, response, next) => {
      if (request.get('authorization') === `token ${this.token}`) {
        next();
        return;
      }
      response.status(401).json({ message: 'Bad credentials' });
    });
    app.get(root, (_request, response) => {
      response.json({ default_branch: 'main' });
    });
    app.get(`${root}/git/ref/heads%2F:branch`, (request, response) => {
      const { branch } = request.params;
      const sha = this.branches.get(branch);
      if (sha === undefined) {
        response.status(404).json({ message: 'Not Found' });
        return;
      }
      response.json({ ref: `refs/heads/${branch}`, object: { sha } });
    });
    app.get(`${root}/contents/*`, (request, response) => {
      const path = decodeURIComponent(
        request.path.slice(`${root}/contents/`.length),
      );
      const file = this.#commits
        .get(String(request.query.ref))
        ?.files.get(path);
      if (file === undefined) {
        response.status(404).json({ message: 'Not Found' });
        return;
      }
      response.json({
        type: 'file',
        encoding: 'base64',
        content: (
          Buffer.from(file)
            .toString('base64')
            .match(/.{1,60}/g) ?? []
        ).join('\n'),
      });
    });
    app.get(`${root}/git/commits/:sha`, (request, response) => {
      const { sha } = request.params;
      response.json({ sha, tree: { sha: `tree-${sha}` } });
    });
    app.post(`${root}/git/trees`, (request, response) => {
      const { base_tree: base, tree } = request.body;
      const files = new Map(
        this.#commits.get(String(base).replace('tree-', ''))?.files,
      );
      for (const { path, content, sha } of tree) {
        if (sha === null) {
          files.delete(path);
        } else {
          files.set(path, content);
        }
      }
      const id = `new-tree-${this.#trees.size}`;
      this.#trees.set(id, files);
      response.status(201).json({ sha: id });
    });
    app.post(`${root}/git/commits`, (request, response) => {
      const { message, tree, parents } = request.body;
      response.status(201).json({
        sha: this.#commit({
          message,
          files: this.#trees.get(tree) ?? new Map(),
          parent: parents[0],
        }),
      });
    });
    app.post(`${root}/git/refs`, (request, response) => {
      const branch = String(request.body.ref).replace('refs/heads/', '');
      if (this.branches.has(branch)) {
        response.status(422).json({ message: 'Reference already exists' });
        return;
      }
      this.branches.set(branch, request.body.sha);
      response.status(201).json({ ref: request.body.ref });
    });
    app.get(`${root}/pulls`, (request, response) => {
      response.json(
        this.pullRequests
          .filter(({ head }) => request.query.head === `acme:${head}`)
          .map(({ number }) => ({ number, html_url: webUrl(number) })),
      );
    });
    app.post(`${root}/pulls`, (request, response) => {
      const { title, body, head, base } = request.body;
      if (!this.branches.has(head) || !this.branches.has(base)) {
        response.status(422).json({ message: 'Validation Failed' });
        return;
      }
      const { number } = this.#open({ title, body, head, base });
      response.status(201).json({ number, html_url: webUrl(number) });
    });
  }

  #gitlab(app: express.Application): void {
    const root = '/api/v4/projects/acme%2Finfra';
    const webUrl = (number: number) =>
      `http://${this.host}/acme/infra/-/merge_requests/${number}`;
    app.use('/api/v4', (request, response, next) => {
      if (
        request.get('private-token') === this.token ||
        request.get('authorization') === `Bearer ${this.token}`
      ) {
        next();
        return;
      }
      response.status(401).json({ message: '401 Unauthorized' });
    });
    app.get(root, (_request, response) => {
      response.json({ default_branch: 'main' });
    });
    app.get(`${root}/repository/branches/:branch`, (request, response) => {
      const id = this.branches.get(request.params.branch);
      if (id === undefined) {
        response.status(404).json({ message: '404 Branch Not Found' });
        return;
      }
      response.json({ name: request.params.branch, commit: { id } });
    });
    app.get(`${root}/repository/files/:path`, (request, response) => {
      const file = this.#commits
        .get(String(request.query.ref))
        ?.files.get(request.params.path);
      if (file === undefined) {
        response.status(404).json({ message: '404 File Not Found' });
        return;
      }
      response.json({
        encoding: 'base64',
        content: Buffer.from(file).toString('base64'),
      });
    });
    app.post(`${root}/repository/commits`, (request, response) => {
      const {
        branch,
        start_sha: start,
        commit_message,
        actions,
      } = request.body;
      if (this.branches.has(branch)) {
        response
          .status(400)
          .json({ message: 'A branch called so already exists.' });
        return;
      }
      const files = new Map(this.#commits.get(start)?.files);
      for (const { action, file_path: path, content } of actions) {
        const exists = files.has(path);
        if (exists !== (action !== 'create')) {
          response.status(400).json({ message: 'A file with this name …' });
          return;
        }
        if (action === 'delete') {
          files.delete(path);
        } else {
          files.set(path, content);
        }
      }
      response
        .status(201)
        .json({ id: this.push(branch, commit_message, files, start) });
    });
    app.get(`${root}/merge_requests`, (request, response) => {
      response.json(
        this.pullRequests
          .filter(({ head }) => head === request.query.source_branch)
          .map(({ number }) => ({ iid: number, web_url: webUrl(number) })),
      );
    });
    app.post(`${root}/merge_requests`, (request, response) => {
      const { title, description, source_branch, target_branch } = request.body;
      const { number } = this.#open({
        title,
        body: description,
        head: source_branch,
        base: target_branch,
      });
      response.status(201).json({ iid: number, web_url: webUrl(number) });
    });
  }

  #azure(app: express.Application): void {
    const root = '/acme/platform/_apis/git/repositories/infra';
    const basic = `Basic ${Buffer.from(`:${this.token}`).toString('base64')}`;
    app.use('/acme/platform/_apis', (request, response, next) => {
      if (request.query['api-version'] !== '7.1') {
        response.status(400).json({ typeKey: 'VssVersionNotSpecified' });
        return;
      }
      if (request.get('authorization') === basic) {
        next();
        return;
      }
      response.status(401).end();
    });
    app.get(root, (_request, response) => {
      response.json({
        defaultBranch: 'refs/heads/main',
        webUrl: `http://${this.host}/acme/platform/_git/infra`,
      });
    });
    app.get(`${root}/refs`, (request, response) => {
      const value = [...this.branches]
        .map(([name, objectId]) => ({ name: `refs/heads/${name}`, objectId }))
        .filter(({ name }) =>
          name.startsWith(`refs/${String(request.query.filter)}`),
        );
      response.json({ value, count: value.length });
    });
    app.post(`${root}/refs`, (request, response) => {
      const [{ name, oldObjectId, newObjectId }] = request.body;
      const branch = String(name).replace('refs/heads/', '');
      const success =
        /^0{40}$/.test(oldObjectId) &&
        !this.branches.has(branch) &&
        this.#commits.has(newObjectId);
      if (success) {
        this.branches.set(branch, newObjectId);
      }
      response.json({ value: [{ name, success }] });
    });
    app.get(`${root}/items`, (request, response) => {
      const file = this.#commits
        .get(String(request.query['versionDescriptor.version']))
        ?.files.get(String(request.query.path).slice(1));
      if (file === undefined) {
        response.status(404).json({ typeKey: 'GitItemNotFoundException' });
        return;
      }
      response.json({ path: request.query.path, content: file });
    });
    app.post(`${root}/pushes`, (request, response) => {
      const [{ name, oldObjectId }] = request.body.refUpdates;
      const branch = String(name).replace('refs/heads/', '');
      if (this.branches.get(branch) !== oldObjectId) {
        response.status(409).json({ typeKey: 'GitReferenceStaleException' });
        return;
      }
      const files = new Map(this.#commits.get(oldObjectId)?.files);
      const [{ comment, changes }] = request.body.commits;
      for (const { changeType, item, newContent } of changes) {
        if (changeType === 'delete') {
          files.delete(item.path.slice(1));
        } else {
          files.set(item.path.slice(1), newContent.content);
        }
      }
      this.push(branch, comment, files, oldObjectId);
      response.status(201).json({ pushId: 1 });
    });
    app.get(`${root}/pullrequests`, (request, response) => {
      response.json({
        value: this.pullRequests
          .filter(
            ({ head }) =>
              request.query['searchCriteria.sourceRefName'] ===
              `refs/heads/${head}`,
          )
          .map(({ number }) => ({ pullRequestId: number })),
      });
    });
    app.post(`${root}/pullrequests`, (request, response) => {
      const { title, description, sourceRefName, targetRefName } = request.body;
      const { number } = this.#open({
        title,
        body: description,
        head: sourceRefName.replace('refs/heads/', ''),
        base: targetRefName.replace('refs/heads/', ''),
      });
      response.status(201).json({ pullRequestId: number });
    });
  }
}
