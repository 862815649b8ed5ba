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

import { InputError } from '@backstage/errors';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ORDERS } from './__testUtils__/documents';
import { refusal } from './__testUtils__/FakeGoogle';
import { GcpBench, KINDS, PATHS } from './__testUtils__/GcpBench';
import { makeServiceAccountKey } from './__testUtils__/serviceAccountKey';

describe('Signing in to Google Cloud', () => {
  let bench: GcpBench | undefined;
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gcp-sign-in-'));
  });

  afterEach(async () => {
    await bench?.stop();
    bench = undefined;
    await rm(directory, { recursive: true });
  });

  const start = async (...options: Parameters<typeof GcpBench.start>) => {
    bench = await GcpBench.start(...options);
    bench.google.resources.set(PATHS.sql, ORDERS);
    return bench;
  };

  it('takes one token for many requests', async () => {
    const { google } = await start();
    await bench?.read(KINDS.sql, 'orders');
    await bench?.read(KINDS.sql, 'orders');
    expect(google.requests.map(({ by }) => by)).toEqual([
      'reader@acme-prod.iam.gserviceaccount.com',
      'reader@acme-prod.iam.gserviceaccount.com',
    ]);
    expect(google.tokensGiven).toBe(1);
    expect(bench?.turns).toBe(2);
  });

  it('takes keys from files, anew after they were refused', async () => {
    const keyFile = join(directory, 'key.json');
    await writeFile(
      keyFile,
      makeServiceAccountKey('reader@acme-prod.iam.gserviceaccount.com').json,
    );
    const { account } = await start({
      account: { credentials: { keyFile } },
    });
    expect(await bench?.provider.checkAccount(account, bench.context)).toEqual({
      ok: false,
      message:
        'Signing in to Google Cloud for the project prod failed: the token service answered with 400 (invalid_grant).',
    });
    await writeFile(keyFile, GcpBench.readerKey);
    expect(await bench?.provider.checkAccount(account, bench.context)).toEqual({
      ok: true,
    });
  });

  it('acts as another service account', async () => {
    const { google } = await start({
      account: {
        credentials: {
          json: GcpBench.readerKey,
          impersonateServiceAccount:
            'auditor@acme-prod.iam.gserviceaccount.com',
        },
      },
    });
    await bench?.look(KINDS.sql, 'orders');
    expect(google.requests.at(-1)).toMatchObject({
      path: PATHS.sql,
      by: 'auditor@acme-prod.iam.gserviceaccount.com',
    });
  });

  it('says that a project cannot be used when its tokens count for nothing', async () => {
    const { google } = await start();
    await bench?.look(KINDS.sql, 'orders');
    google.revokeTokens();
    await expect(bench?.read(KINDS.sql, 'orders')).rejects.toThrow(
      'Google Cloud does not accept the credentials for the project prod (401).',
    );
    // A new token is fetched then
    expect(await bench?.look(KINDS.sql, 'orders')).toBeDefined();
  });

  it('says which API has to be enabled to see the project', async () => {
    const { google, account } = await start();
    google.fail({
      path: PATHS.project,
      status: 403,
      body: refusal(403, 'has not been used', {
        detail: 'SERVICE_DISABLED',
        metadata: { service: 'cloudresourcemanager.googleapis.com' },
      }),
    });
    expect(await bench?.provider.checkAccount(account, bench.context)).toEqual({
      ok: false,
      message:
        'The project acme-prod cannot be seen. The API cloudresourcemanager.googleapis.com is not enabled in the project acme-prod: enable it and try again in some minutes.',
    });
  });

  it('tells nothing of keys that cannot be used', async () => {
    const secret = 'AKeyThatNobodyMayEverSee';
    const keyFile = join(directory, 'key.json');
    for (const content of [
      `${secret}`,
      `{"type":"service_account","private_key":"${secret}"}`,
      `{"type":"service_account","client_email":"a@b.example","private_key":"${secret}"}`,
    ]) {
      await writeFile(keyFile, content);
      await bench?.stop();
      const { logger, account } = await start({
        account: { credentials: { keyFile } },
      });
      const health = await bench?.provider.checkAccount(account, bench.context);
      expect(health).toMatchObject({ ok: false });
      expect(JSON.stringify([health, logger])).not.toContain(secret);
    }
  });

  it('says that a key file is not there', async () => {
    const { account } = await start({
      account: { credentials: { keyFile: join(directory, 'none.json') } },
    });
    expect(await bench?.provider.checkAccount(account, bench.context)).toEqual({
      ok: false,
      message:
        'Signing in to Google Cloud for the project prod failed: the token service or the key file cannot be read (ENOENT).',
    });
  });

  it.each([
    [
      { credentials: { json: 'not-json-but-secret' } },
      'json in the credentials of the project prod',
    ],
    [
      { credentials: { json: '{}', keyFile: 'key.json' } },
      'have both keyFile and json',
    ],
    [
      { credentials: { impersonateServiceAccount: 'somebody' } },
      'must be the address of a service account',
    ],
    [
      { remediation: { credentials: { json: '[1]' } } },
      'json in the remediation.credentials of the project prod',
    ],
    [{ endpoint: 'http://gateway.example' }, 'must be an https URL'],
  ])('refuses the configuration %j', async (account, message) => {
    const { api, account: configured } = await start({ account });
    expect(() => api.settingsOf(configured)).toThrow(InputError);
    expect(() => api.settingsOf(configured)).toThrow(message);
    expect(() => api.settingsOf(configured)).not.toThrow('secret');
  });

  it('sends no assertion to where others could read it', async () => {
    const { account } = await start({
      account: {
        credentials: {
          json: JSON.stringify({
            type: 'external_account',
            audience: 'pool',
            subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
            token_url: 'http://sts.example/token',
            credential_source: { file: join(directory, 'subject') },
          }),
        },
      },
    });
    await writeFile(join(directory, 'subject'), 'a-subject-token');
    expect(await bench?.provider.checkAccount(account, bench.context)).toEqual({
      ok: false,
      message:
        'Signing in to Google Cloud for the project prod failed: the credentials cannot be used.',
    });
    expect(bench?.google.requests).toEqual([]);
  });
});
