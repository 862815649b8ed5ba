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

import driftPlugin from '@infra-hub/backstage-plugin-drift/alpha';
import { render, screen } from '@testing-library/react';
import App from './App';

function answer(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json' },
  });
}

/** A backend that signs guests in and has no module to watch. */
async function fakeBackend(input: RequestInfo | URL): Promise<Response> {
  const url = input instanceof Request ? input.url : String(input);
  if (url.includes('/api/auth/guest/refresh')) {
    return answer(200, {
      profile: {},
      backstageIdentity: {
        token:
          'e30.eyJzdWIiOiJ1c2VyOmRlZmF1bHQvZ3Vlc3QiLCJleHAiOjQxMDI0NDQ4MDAsImlhdCI6MTU3NzgzNjgwMH0.e30',
        expiresInSeconds: 3600,
        identity: {
          type: 'user',
          userEntityRef: 'user:default/guest',
          ownershipEntityRefs: [],
        },
      },
    });
  }
  if (url.includes('/api/drift/overview')) {
    return answer(200, {
      totalTargets: 0,
      driftedTargets: 0,
      byRisk: { low: 0, medium: 0, high: 0, critical: 0 },
      health: { ok: 0, error: 0, stale: 0, never: 0 },
      activeScans: 0,
      trend: [],
      sources: [],
    });
  }
  if (url.includes('/api/drift/results')) {
    return answer(200, {
      items: [],
      totalItems: 0,
      facets: { client: [], owner: [], status: [], risk: [], source: [] },
    });
  }
  return answer(404, { error: { name: 'NotFoundError', message: 'None' } });
}

const TIMEOUT_MS = 20_000;

describe('the app on the new frontend system', () => {
  const environment = process.env;

  beforeEach(() => {
    jest.spyOn(global, 'fetch').mockImplementation(fakeBackend);
    process.env = {
      NODE_ENV: 'test',
      APP_CONFIG: [
        {
          data: {
            app: { title: 'Test', packages: 'all' },
            backend: { baseUrl: 'http://localhost:7007' },
          },
          context: 'test',
        },
      ] as unknown as string,
    };
  });

  afterEach(() => {
    process.env = environment;
  });

  it(
    'opens the drift page that the bundler found, and has a sidebar item for it',
    async () => {
      // What the CLI's bundler writes for `app.packages: all`.
      Object.assign(window, {
        '__@backstage/discovered__': {
          modules: [
            {
              name: '@infra-hub/backstage-plugin-drift',
              export: './alpha',
              default: driftPlugin,
            },
          ],
        },
      });
      window.history.replaceState(undefined, '', '/drift');

      render(App.createRoot());

      expect(
        await screen.findByText(
          'Nothing is watched yet',
          {},
          { timeout: TIMEOUT_MS },
        ),
      ).toBeInTheDocument();
      expect(screen.getByText('Infrastructure Drift')).toBeInTheDocument();
      expect(
        screen
          .getAllByText('Drift')
          .map(element => element.closest('a')?.getAttribute('href')),
      ).toContain('/drift');
    },
    TIMEOUT_MS,
  );
});
