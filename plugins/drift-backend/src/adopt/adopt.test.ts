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

import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import {
  AdoptionProposal,
  RemediationContext,
  RemediationFailure,
  RemediationRequest,
} from '@infra-hub/backstage-plugin-drift-node';
import { CodeHost } from './__testUtils__/CodeHost';
import { AdoptRoute } from './AdoptRoute';
import { ScmPullRequests } from './pullRequests/ScmPullRequests';

const BEFORE = 'resource "a" "b" {\n  # the size\n  size = 3\n}\n';
const AFTER = 'resource "a" "b" {\n  # the size\n  size = 5\n}\n';

const request: RemediationRequest = {
  id: '5c8b2c1e',
  action: 'adopt',
  salt: 'salt',
  findings: [],
  target: {
    id: 'terraform:acme/aks',
    source: 'terraform',
    client: 'acme',
    name: 'aks',
    location: {},
    entityRefs: [],
  },
};

function context(): RemediationContext & { lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    log: text => lines.push(text),
    mayWrite: async () => {},
    remember: async () => {},
    readDesiredState: async () => {
      throw new Error('not needed');
    },
    signal: new AbortController().signal,
    logger: mockServices.logger.mock(),
    workDir: tmpdir(),
  };
}

function proposalOf(root: AdoptionProposal['root']): AdoptionProposal {
  return {
    files: [{ path: 'main.tf', before: BEFORE, after: AFTER }],
    changes: [
      {
        address: 'a.b',
        resourceType: 'a',
        resourceName: 'b',
        change: 'update',
        fields: [{ path: '/size', actual: 5, desired: 3 }],
      },
    ],
    instructions: [
      {
        address: 'a.c',
        text: 'Set size in [main.tf](https://evil.example) @admin <b>now</b>.',
      },
    ],
    warnings: [],
    ...(root ? { root } : {}),
  };
}

function routeFor(
  pullRequests: ScmPullRequests,
  propose: () => AdoptionProposal | Promise<AdoptionProposal>,
): AdoptRoute {
  return new AdoptRoute({
    pullRequests,
    adopters: [
      {
        source: 'terraform',
        supports: () => ({ supported: true }),
        propose: async () => propose(),
      },
    ],
  });
}

const HOSTS = {
  github: {
    address: (host: string) =>
      `http://${host}/acme/infra/tree/main/modules/aks/`,
    unnamed: (host: string) => `http://${host}/acme/infra`,
    config: (host: string, token?: string) => ({
      github: [{ host, apiBaseUrl: `http://${host}/api/v3`, token }],
    }),
    link: 'pull/1',
  },
  gitlab: {
    address: (host: string) =>
      `http://${host}/acme/infra/-/tree/main/modules/aks/`,
    unnamed: (host: string) => `http://${host}/acme/infra`,
    config: (host: string, token?: string) => ({
      gitlab: [
        {
          host,
          apiBaseUrl: `http://${host}/api/v4`,
          baseUrl: `http://${host}`,
          token,
        },
      ],
    }),
    link: 'merge_requests/1',
  },
  azure: {
    address: (host: string) =>
      `http://${host}/acme/platform/_git/infra?path=/modules/aks&version=GBmain`,
    unnamed: (host: string) => `http://${host}/acme/platform/_git/infra`,
    config: (host: string, token?: string) => ({
      azure: [
        {
          host,
          ...(token ? { credentials: [{ personalAccessToken: token }] } : {}),
        },
      ],
    }),
    link: 'pullrequest/1',
  },
};

describe.each(Object.entries(HOSTS))(
  'a pull request on %s',
  (_name, { address, unnamed, config, link }) => {
    let host: CodeHost;

    beforeEach(async () => {
      host = await CodeHost.start({
        'README.md': 'read me',
        'modules/aks/main.tf': BEFORE,
        'main.tf': BEFORE,
      });
    });

    afterEach(() => host.stop());

    function pullRequests(token: string | undefined = host.token) {
      return ScmPullRequests.fromConfig(
        new ConfigReader({ integrations: config(host.host, token) }),
      );
    }

    async function open(
      proposal: () => AdoptionProposal = () =>
        proposalOf({ url: address(host.host) }),
    ) {
      const route = routeFor(pullRequests(), proposal);
      const { hash } = await route.preview(request, context());
      return route.apply(request, hash, context());
    }

    it('changes what was proposed on a branch of its own, and nothing else', async () => {
      await expect(open()).resolves.toEqual({
        kind: 'applied',
        message: expect.stringContaining('pull request is open'),
        link: {
          title: 'Pull request',
          url: expect.stringContaining(`http://${host.host}/acme/`),
        },
      });

      expect(host.filesOf('main')['modules/aks/main.tf']).toBe(BEFORE);
      expect(host.filesOf('drift/adopt-5c8b2c1e')).toEqual({
        'README.md': 'read me',
        'modules/aks/main.tf': AFTER,
        'main.tf': BEFORE,
      });
      expect(host.parentOf('drift/adopt-5c8b2c1e')).toBe(
        host.branches.get('main'),
      );
      expect(host.pullRequests).toEqual([
        expect.objectContaining({ base: 'main', head: 'drift/adopt-5c8b2c1e' }),
      ]);
    });

    it('says in the text what it is about, without links or mentions', async () => {
      await open();

      const [{ title, body }] = host.pullRequests;
      expect(title).toBe('Take over the drift of acme/aks into the code');
      expect(body).toContain('`a.b`');
      expect(body).toContain('Set size in');
      expect(body).not.toMatch(/\]\(|https:\/\/|<b>|@admin/);
    });

    it('adds and deletes files', async () => {
      await open(() => ({
        ...proposalOf({ url: address(host.host) }),
        files: [
          { path: 'main.tf', before: BEFORE, after: '' },
          { path: 'new.tf', before: '', after: AFTER },
        ],
      }));

      expect(host.filesOf('drift/adopt-5c8b2c1e')).toEqual({
        'README.md': 'read me',
        'modules/aks/new.tf': AFTER,
        'main.tf': BEFORE,
      });
    });

    it('is for the default branch where the address names none', async () => {
      await open(() => proposalOf({ url: unnamed(host.host) }));

      expect(host.filesOf('drift/adopt-5c8b2c1e')['main.tf']).toBe(AFTER);
      expect(host.pullRequests[0].base).toBe('main');
    });

    it('is opened once, however often it is tried', async () => {
      const first = await open();
      const second = await open();

      expect(second.link).toEqual(first.link);
      expect(first.link?.url).toContain(link);
      expect(host.pullRequests).toHaveLength(1);
    });

    it('is opened by the next attempt when the first one got as far as the branch', async () => {
      host.trouble = ({ method, path }, response) => {
        if (
          method === 'POST' &&
          /pulls$|merge_requests$|pullrequests$/.test(path)
        ) {
          response.destroy();
          return true;
        }
        return false;
      };
      await expect(open()).resolves.toMatchObject({ kind: 'failed' });
      expect(host.pullRequests).toHaveLength(0);

      host.trouble = undefined;
      await expect(open()).resolves.toMatchObject({ kind: 'applied' });
      expect(host.filesOf('drift/adopt-5c8b2c1e')['modules/aks/main.tf']).toBe(
        AFTER,
      );
    });

    it('is not opened when the branch has changed since the code was read', async () => {
      host.push(
        'main',
        'Somebody else',
        new Map([['modules/aks/main.tf', 'x']]),
      );

      await expect(open()).resolves.toEqual({
        kind: 'failed',
        message:
          'modules/aks/main.tf has changed since the proposal was made, so no pull request was opened.',
      });
      expect([...host.branches.keys()]).toEqual(['main']);
    });

    it.each([
      [401, 'does not accept the credentials'],
      [403, 'does not allow it'],
      [404, 'does not know it'],
      [429, 'asks to come back later'],
      [503, '503'],
    ])('says in words what status %p means', async (status, words) => {
      host.trouble = (_request, response) => {
        response.status(status).json({ message: `secret ${host.token}` });
        return true;
      };

      const { kind, message } = await open();

      expect(kind).toBe('failed');
      expect(message).toContain(words);
      expect(message).not.toContain(host.token);
    });

    it.each(['{}', '[]', 'null', '<html>', '{"commit": 7}'])(
      'says so when the answer is %s',
      async answer => {
        host.trouble = (_request, response) => {
          response.type('json').send(answer);
          return true;
        };

        await expect(open()).resolves.toEqual({
          kind: 'failed',
          message: expect.stringContaining(host.host),
        });
      },
    );

    it('never follows a redirect', async () => {
      const other = await CodeHost.start({});
      host.trouble = (_request, response) => {
        response.redirect(307, `http://${other.host}/taken`);
        return true;
      };
      try {
        await expect(open()).resolves.toMatchObject({ kind: 'failed' });
        expect(other.requests).toEqual([]);
      } finally {
        await other.stop();
      }
    });

    it('is refused in words without credentials, or with wrong ones', async () => {
      const none = routeFor(
        ScmPullRequests.fromConfig(
          new ConfigReader({ integrations: config(host.host) }),
        ),
        () => proposalOf({ url: address(host.host) }),
      );
      const { hash } = await none.preview(request, context());
      await expect(none.apply(request, hash, context())).resolves.toEqual({
        kind: 'failed',
        message: expect.stringContaining('no credentials'),
      });

      const wrong = routeFor(pullRequests('wrong'), () =>
        proposalOf({ url: address(host.host) }),
      );
      await expect(
        wrong.apply(request, hash, context()),
      ).resolves.toMatchObject({
        kind: 'failed',
        message: expect.stringContaining('does not accept the credentials'),
      });
    });
  },
);

describe('adopting', () => {
  const nowhere = ScmPullRequests.fromConfig(
    new ConfigReader({ integrations: {} }),
  );

  it('is superseded when the proposal is another one by now', async () => {
    let size = 5;
    const route = routeFor(nowhere, () => ({
      ...proposalOf(undefined),
      files: [
        {
          path: 'main.tf',
          before: BEFORE,
          after: BEFORE.replace('3', String(size)),
        },
      ],
    }));
    const { hash } = await route.preview(request, context());
    size = 7;

    await expect(route.apply(request, hash, context())).resolves.toMatchObject({
      kind: 'superseded',
    });
  });

  it.each([
    ['code that is a directory here', undefined, 'directory of this machine'],
    [
      'a host without an integration',
      { url: 'https://code.example.net/acme/infra' },
      'no integration for code.example.net',
    ],
    [
      'a host that is not supported',
      { url: 'https://bitbucket.org/acme/infra/src/main/' },
      'Pull requests on bitbucketCloud are not supported',
    ],
  ])('offers the patch only, and says why, for %s', async (_of, root, why) => {
    const route = routeFor(nowhere, () => proposalOf(root));
    const { hash, patch, pullRequest } = await route.preview(
      request,
      context(),
    );

    expect(patch?.files).toHaveLength(1);
    expect(pullRequest).toEqual({
      possible: false,
      reason: expect.stringContaining(why),
    });
    await expect(route.apply(request, hash, context())).resolves.toEqual({
      kind: 'failed',
      message: expect.stringContaining(why),
    });
  });

  it('says so when no file can be changed', async () => {
    const route = routeFor(nowhere, () => ({
      ...proposalOf({ url: 'https://github.com/acme/infra' }),
      files: [],
    }));

    await expect(route.preview(request, context())).resolves.toMatchObject({
      instructions: [{ address: 'a.c' }],
      pullRequest: { possible: false },
    });
  });

  it('is not for sources whose code nobody can change', async () => {
    const route = routeFor(nowhere, () => proposalOf(undefined));
    const target = { ...request.target, source: 'cloud' };

    expect(route.actionsFor('cloud')).toEqual([]);
    expect(route.supports(target, 'adopt')).toMatchObject({ supported: false });
    expect(route.supports(request.target, 'revert')).toMatchObject({
      supported: false,
    });
    await expect(
      route.preview({ ...request, target }, context()),
    ).rejects.toThrow(RemediationFailure);
  });

  it('does not take what is unexpected for an answer', async () => {
    const route = routeFor(nowhere, () => {
      throw new TypeError('a mistake');
    });

    await expect(route.preview(request, context())).rejects.toThrow(TypeError);
  });

  it.each([
    ['changed', BEFORE, AFTER],
    ['without a newline at the end', 'size = 3', 'size = 5'],
    ['new', '', AFTER],
    ['gone', BEFORE, ''],
    ['with other line ends', 'a\r\nsize = 3\r\n', 'a\r\nsize = 5\r\n'],
    ['long', `${'x\n'.repeat(300)}a\n`, `b\n${'x\n'.repeat(300)}c\n`],
  ])(
    'writes a patch that git takes for a file that is %s',
    async (_how, before, after) => {
      const directory = mkdtempSync(join(tmpdir(), 'drift-patch-'));
      try {
        const file = join(directory, 'deep/main.tf');
        mkdirSync(dirname(file));
        if (before !== '') {
          writeFileSync(file, before);
        }
        const route = routeFor(nowhere, () => ({
          ...proposalOf(undefined),
          files: [{ path: 'deep/main.tf', before, after }],
        }));
        const { patch } = await route.preview(request, context());

        execFileSync('git', ['apply', '-'], {
          cwd: directory,
          input: patch?.diff,
        });

        expect(existsSync(file) ? readFileSync(file, 'utf8') : '').toBe(after);
      } finally {
        rmSync(directory, { recursive: true });
      }
    },
  );
});
