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

import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { ClusterWriter, WriteAnswer } from './ClusterWriter';
import { forbiddenSentence } from './planRevert';

const CONFIG_MAP = {
  kind: { kind: 'ConfigMap', apiVersion: 'v1', resource: 'configmaps' },
  namespace: 'tenant-acme',
  name: 'settings',
};

describe('an API server that forbids a change', () => {
  let server: Server;
  let status: object;

  beforeEach(async () => {
    server = createServer((request, response) => {
      request.resume();
      response.writeHead(403, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ kind: 'Status', code: 403, ...status }));
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    await new Promise(resolve => server.close(resolve));
  });

  const create = async (): Promise<WriteAnswer> => {
    const { port } = server.address() as AddressInfo;
    const writer = await ClusterWriter.create(
      {
        name: 'prod',
        access: {
          type: 'token',
          url: `http://127.0.0.1:${port}`,
          token: 't',
          skipTLSVerify: false,
        },
      },
      { concurrency: 1, requestTimeoutMs: 10_000, maxResponseBytes: 10_000 },
    );
    try {
      return await writer.send({
        method: 'POST',
        path: '/api/v1/namespaces/tenant-acme/configmaps',
        query: {},
        contentType: 'application/json',
        body: {},
        isSecret: false,
        signal: new AbortController().signal,
      });
    } finally {
      writer.close();
    }
  };

  it.each<[string, object, string]>([
    [
      'since the namespace ends',
      {
        reason: 'Forbidden',
        message:
          'configmaps "settings" is forbidden: unable to create new content in namespace tenant-acme because it is being terminated',
        details: {
          causes: [
            {
              reason: 'NamespaceTerminating',
              message: 'namespace tenant-acme is being terminated',
              field: 'metadata.namespace',
            },
          ],
        },
      },
      'No: its namespace tenant-acme is being deleted (403).',
    ],
    [
      'by a quota',
      {
        reason: 'Forbidden',
        message:
          'configmaps "settings" is forbidden: exceeded quota: few, requested: count/configmaps=1, used: count/configmaps=5, limited: count/configmaps=5',
      },
      'No: a quota of namespace tenant-acme does not leave room for it (403).',
    ],
    [
      'by a webhook',
      {
        message:
          'admission webhook "guard.example.com" denied the request: not on Fridays',
      },
      'No: a webhook or a policy of the cluster does not allow it (403).',
    ],
    [
      'by a policy',
      {
        reason: 'Forbidden',
        message:
          "configmaps \"settings\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no",
      },
      'No: a webhook or a policy of the cluster does not allow it (403).',
    ],
    [
      'to the role',
      {
        reason: 'Forbidden',
        message:
          'configmaps is forbidden: User "drift" cannot create resource "configmaps" in API group "" in the namespace "tenant-acme"',
      },
      'No: the role for remediation needs the verb "create" for resource "configmaps" in API group "" in namespace tenant-acme (403).',
    ],
  ])('%s is told so', async (_how, answer, sentence) => {
    status = answer;
    const given = await create();
    if (given.kind !== 'refused') {
      throw new Error(`It was ${given.kind}`);
    }
    expect(
      forbiddenSentence('No:', 'create', CONFIG_MAP, given.refusal.obstacle),
    ).toBe(sentence);
  });
});
