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

import { once } from 'node:events';
import { AddressInfo } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { mockCredentials } from '@backstage/backend-test-utils';
import notificationsModuleEmail from '@backstage/plugin-notifications-backend-module-email';
import notificationsPlugin from '@backstage/plugin-notifications-backend';
import { ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { DriftBench } from './__testUtils__/DriftBench';
import { PlannedResource, planJson, printing } from './__testUtils__/plan';
import { PlantedSecrets } from './__testUtils__/PlantedSecrets';

const secrets = new PlantedSecrets();

function drifted(options: { nodes: number; hostile?: boolean }) {
  const { nodes, hostile } = options;
  const before = secrets.plant('recorded value of a sensitive attribute');
  const after = secrets.plant('actual value of a sensitive attribute');
  const shaped = secrets.plant(
    'connection string in a plain attribute',
    random => `postgres://app:${random}@db.example.com/orders`,
    random => [random],
  );
  const recorded = { node_count: 3, token: before, endpoint: 'none' };
  const resource: PlannedResource = {
    address: hostile
      ? 'sandbox_cluster.main["<b onclick=x>&amp;</b>"]'
      : 'sandbox_cluster.main',
    recorded,
    actual: { node_count: nodes, token: after, endpoint: shaped },
    desired: recorded,
    actions: ['update'],
    outside: 'update',
    driftMask: { token: true },
    beforeMask: { token: true },
    afterMask: { token: true },
  };
  return { 'plan.sh': 'exit 2', 'show.sh': printing(planJson([resource])) };
}

const clean = {
  'plan.sh': 'exit 0',
  'show.sh': printing(planJson([])),
};

const broken = () => ({
  'plan.sh': `${printing(
    `\nError: Login failed\n\npassword "${secrets.plant(
      'password in an error of a provider',
    )}" was refused`,
  )} exit 1`,
});

/** A mail server that keeps what it is given. */
class MailServer {
  readonly mails: { to: string[]; raw: string; parsed: ParsedMail }[] = [];
  readonly #server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData: async (stream, session, done) => {
      const decoder = new StringDecoder('utf8');
      let raw = '';
      for await (const chunk of stream) {
        raw += decoder.write(chunk);
      }
      this.mails.push({
        to: session.envelope.rcptTo.map(({ address }) => address),
        raw,
        parsed: await simpleParser(raw),
      });
      done();
    },
  });

  async listen(): Promise<number> {
    const listening = this.#server.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    return (listening.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    await new Promise<void>(resolve => this.#server.close(() => resolve()));
  }
}

interface NotificationsPage {
  notifications: {
    origin: string;
    user: string;
    payload: Record<string, string>;
  }[];
}

jest.setTimeout(240_000);

describe('an owner with an e-mail address', () => {
  const mailServer = new MailServer();
  let bench: DriftBench;
  const targetId = 'terraform:acme/aks';

  beforeAll(async () => {
    const port = await mailServer.listen();
    bench = new DriftBench();
    bench.addTeam('team-a', { name: 'ada', email: 'ada@example.com' });
    bench.addTeam('team-b', { name: 'bob', email: 'bob@example.com' });
    bench.writeModule('acme/aks', clean);
    bench.addEntity('aks', {
      'infra-hub.io/terraform-dir': './acme/aks',
      'infra-hub.io/client': 'acme',
    });
    await bench.start({
      features: [notificationsPlugin, notificationsModuleEmail],
      plugins: ['notifications'],
      drift: { notifications: { digest: { window: 'PT0S' } } },
      config: {
        app: { baseUrl: 'https://portal.example.com' },
        notifications: {
          processors: {
            email: {
              transportConfig: {
                transport: 'smtp',
                hostname: '127.0.0.1',
                port,
              },
              sender: 'drift@portal.example.com',
              throttleInterval: { milliseconds: 1 },
            },
          },
        },
      },
    });
    await bench.settled(1);
    // Until the catalog knows who owns it, and who is in the team.
    await bench.eventually(async () => {
      const { text } = await bench.read(
        '/api/catalog/entities/by-name/group/default/team-a',
      );
      return text.includes('user:default/ada');
    });
    await bench.eventually(
      async () =>
        (await bench.target(targetId)).owner === 'group:default/team-a',
    );
  });

  afterAll(async () => {
    await bench.dispose();
    await mailServer.close();
  });

  async function scan(files: Record<string, string>, mails: number) {
    bench.writeModule('acme/aks', files);
    await bench.scan(targetId);
    await bench.eventually(async () => mailServer.mails.length === mails);
    return mailServer.mails[mails - 1];
  }

  const link = `https://portal.example.com/drift/targets/${encodeURIComponent(
    targetId,
  )}`;

  it('gets a mail when drift appears, which says what and links to it', async () => {
    const { to, parsed } = await scan(drifted({ nodes: 5 }), 1);
    expect(to).toEqual(['ada@example.com']);
    expect(parsed.from?.text).toBe('drift@portal.example.com');
    expect(parsed.subject).toMatch(
      /^Drift in acme \/ (acme\/)?aks: 1 resource drifted, risk /,
    );
    expect(parsed.text).toContain('sandbox_cluster.main');
    expect(parsed.text).toContain(link);
    expect(parsed.html).toContain(`<a href="${link}">`);
  });

  it('gets no mail when nothing is new, and one when it is over', async () => {
    bench.writeModule('acme/aks', drifted({ nodes: 5 }));
    await bench.scan(targetId);
    const { parsed } = await scan(clean, 2);
    expect(parsed.subject).toMatch(/ is resolved$/);
  });

  it('gets one mail when scans fail three times, and no secret in it', async () => {
    const files = broken();
    bench.writeModule('acme/aks', files);
    await bench.scan(targetId);
    await bench.scan(targetId);
    expect(mailServer.mails).toHaveLength(2);
    const { parsed } = await scan(files, 3);
    expect(parsed.subject).toMatch(/ cannot be scanned$/);
    expect(parsed.text).toContain('Login failed');
    await bench.scan(targetId);
    const { parsed: recovered } = await scan(clean, 4);
    expect(recovered.subject).toMatch(/ can be scanned again$/);
  });

  it('sees no markup of a plan as markup', async () => {
    const { parsed } = await scan(drifted({ nodes: 9, hostile: true }), 5);
    expect(parsed.text).toContain('sandbox_cluster.main');
    expect(String(parsed.html)).not.toContain('<b onclick');
  });

  it('has one notification of the target in the portal, the latest', async () => {
    const { status, text } = await bench.read(
      '/api/notifications/notifications',
      mockCredentials.user.header('user:default/ada'),
    );
    expect(status).toBe(200);
    const { notifications } = JSON.parse(text) as NotificationsPage;
    expect(notifications).toMatchObject([
      {
        origin: 'plugin:drift',
        user: 'user:default/ada',
        payload: {
          title: expect.stringMatching(/^Drift in acme/),
          link: `/drift/targets/${encodeURIComponent(targetId)}`,
          topic: 'drift',
          scope: `drift:${targetId}`,
        },
      },
    ]);
    const others = await bench.read(
      '/api/notifications/notifications',
      mockCredentials.user.header('user:default/bob'),
    );
    expect(JSON.parse(others.text).notifications).toEqual([]);
  });

  it('is told no secret, in no mail, notification, row or log', async () => {
    const mails = mailServer.mails
      .flatMap(({ raw, parsed }) => [
        raw,
        parsed.subject,
        parsed.text,
        parsed.html,
      ])
      .join('\n');
    const rows = await bench.rows();
    expect(mails).toContain('Login failed');
    expect(rows).toContain('Login failed');
    expect(secrets.all.length).toBeGreaterThan(6);
    expect(secrets.foundIn(mails)).toEqual([]);
    expect(secrets.foundIn(rows)).toEqual([]);
    expect(secrets.foundIn(bench.told())).toEqual([]);
    expect(secrets.foundIn(bench.logged.join('\n'))).toEqual([]);
  });
});
