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

import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { mockCredentials } from '@backstage/backend-test-utils';
import {
  Remediation,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import { DriftBench } from './__testUtils__/DriftBench';
import { EchoingModel } from './__testUtils__/EchoingModel';
import { PlannedResource, planJson, printing } from './__testUtils__/plan';
import { PlantedSecrets } from './__testUtils__/PlantedSecrets';

const CONTROL = 'not-a-secret-and-to-be-found';

const EVENTS = [
  'drifted',
  'worse',
  'resolved',
  'failing',
  'recovered',
  'changed',
];

const secrets = new PlantedSecrets();
const plant: PlantedSecrets['plant'] = secrets.plant.bind(secrets);

/** Old and new value of a place. */
const two = (place: string) =>
  [plant(`${place}, recorded`), plant(`${place}, actual`)] as const;

const base64 = (text: string) => Buffer.from(text).toString('base64');
const hex = (text: string) => Buffer.from(text).toString('hex');

/** A resource that somebody changed by hand; applying would change it back. */
function drifted(
  address: string,
  fields: Record<string, readonly [recorded: unknown, actual: unknown]>,
  more: Partial<PlannedResource> = {},
): PlannedResource {
  const side = (index: 0 | 1) =>
    JSON.parse(
      JSON.stringify(
        Object.fromEntries(
          Object.entries(fields).map(([name, pair]) => [name, pair[index]]),
        ),
      ),
    );
  return {
    address,
    recorded: side(0),
    actual: side(1),
    desired: side(0),
    actions: ['update'],
    outside: 'update',
    ...more,
  };
}

const marked = two('sensitive attribute');
const special = [
  'old value',
  plant(
    'sensitive attribute with characters that need escapes',
    random => `${random.slice(0, 12)} "&+/é\\%${random.slice(12)}`,
  ),
] as const;
const nested = two('nested sensitive attribute');
const element = two('sensitive element of a list');
const subtree = two('sensitive subtree');
const subtreeDeep = two('deep below a sensitive subtree');
const inDriftOnly = two('mask only in resource_drift');
const beforeOnly = two('mask only before, in resource_changes');
const afterOnly = two('mask only after, in resource_changes');
const number = [8231764509317, 7719046382551] as const;
number.forEach(value => plant('sensitive number', () => String(value)));
const mapKey = plant('sensitive text that is also the key of a map');

const mask = {
  marked: true,
  special: true,
  nested: [{ inner: { deep: true } }],
  list: [false, true],
  subtree: true,
  number: true,
  key_source: true,
};
const masked = drifted(
  'sandbox_vault.masked',
  {
    plain: ['before', CONTROL],
    marked,
    special,
    nested: [
      [{ inner: { deep: nested[0] } }],
      [{ inner: { deep: nested[1] } }],
    ],
    list: [
      ['a', element[0], 'c'],
      ['a', element[1], 'c'],
    ],
    subtree: [
      { a: subtree[0], b: { c: subtreeDeep[0] } },
      { a: subtree[1], b: { c: subtreeDeep[1] } },
    ],
    half_drift: inDriftOnly,
    half_before: beforeOnly,
    half_after: afterOnly,
    number,
    key_source: ['nothing yet', mapKey],
    labels: [{}, { [mapKey]: 'value' }],
    copy: ['none', `see ${marked[1]} in the vault`],
    copy_base64: ['none', base64(`user:${marked[1]}`)],
    copy_hex: ['none', hex(marked[1])],
    copy_url: [
      'none',
      `https://example.com/?x=${encodeURIComponent(special[1])}`,
    ],
    copy_json: ['none', JSON.stringify({ note: special[1] })],
  },
  {
    driftMask: { ...mask, half_drift: true },
    beforeMask: { ...mask, half_before: true },
    afterMask: { ...mask, half_after: true },
  },
);

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
const upper = (random: string) =>
  random.toUpperCase().replace(/[^A-Z2-7]/g, '7');

const shaped = drifted('sandbox_service.shaped', {
  plain: ['before', CONTROL],
  note: [
    'none',
    plant('access key of AWS', random => `AKIA${upper(random).slice(0, 16)}`),
  ],
  certificate: [
    'none',
    plant(
      'private key',
      () => pem,
      () => pem.split('\n').slice(1, -2),
    ),
  ],
  datasource: [
    'none',
    plant(
      'connection string',
      random => `Server=db;User Id=app;Password=${random};Encrypt=true`,
      random => [random],
    ),
  ],
  endpoint: [
    'none',
    plant(
      'password in a URL',
      random => `postgres://app:${random}@db.example.com/orders`,
      random => [random],
    ),
  ],
  header: [
    'none',
    plant(
      'JSON web token',
      random =>
        [{ alg: 'HS256' }, { sub: random }]
          .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
          .concat(random)
          .join('.'),
      random => [random],
    ),
  ],
  remark: [
    'none',
    plant('token of GitHub', random => `ghp_${random}0123456789ab`),
  ],
  admin_password: two('unmarked attribute called password'),
  settings: [
    { name: 'x' },
    { name: 'x', api_key: plant('unmarked key in an object') },
  ],
  environment: [
    [
      {
        name: 'DB_PASSWORD',
        value: plant('variable called password, recorded'),
      },
    ],
    [{ name: 'DB_PASSWORD', value: plant('variable called password, actual') }],
  ],
  variables: [
    ['MODE=a'],
    [
      'MODE=b',
      plant(
        'variable of a container',
        random => `DB_PASSWORD=${random}`,
        random => [random],
      ),
    ],
  ],
  script: [
    'none',
    plant(
      'start script',
      random => `#!/bin/sh\nexport API_TOKEN='${random}'\nexec app\n`,
      random => [random],
    ),
  ],
  chart_settings: [
    'none',
    plant(
      'YAML of a chart',
      random => `db:\n  user: app\n  password: ${random}\n`,
      random => [random],
    ),
  ],
  policy: two('password in a JSON text').map(password =>
    JSON.stringify({ Version: '1', source: { user: 'app', password } }),
  ) as [string, string],
});

const eachKey = plant('key of for_each that is a sensitive value');
const movedKey = plant('former key of for_each that is a sensitive value');
const keyed = drifted(
  `sandbox_member.each["${eachKey}"]`,
  {
    token_source: [movedKey, eachKey],
    plain: ['before', CONTROL],
  },
  {
    driftMask: { token_source: true },
    beforeMask: { token_source: true },
    afterMask: { token_source: true },
    entry: { previous_address: `sandbox_member.each["${movedKey}"]` },
  },
);

const lost: PlannedResource = {
  address: 'sandbox_vault.lost',
  recorded: {
    size: 3,
    content: plant('sensitive value of a deleted resource'),
  },
  desired: {
    size: 3,
    content: plant('sensitive value of a resource that is made again'),
  },
  actions: ['create'],
  outside: 'delete',
  driftMask: { content: true },
  beforeMask: false,
  afterMask: { content: true },
};

const replaced = drifted(
  'sandbox_vault.replaced',
  {
    region: ['eu', 'us'],
    content: two('sensitive value of a replaced resource'),
  },
  {
    actions: ['delete', 'create'],
    driftMask: { content: true },
    beforeMask: { content: true },
    afterMask: { content: true },
    change: { replace_paths: [['region']] },
    entry: { action_reason: 'replace_because_cannot_update' },
  },
);

const others: PlannedResource[] = [
  {
    address: 'sandbox_vault.deposed',
    recorded: { content: plant('sensitive value of a deposed object') },
    actions: ['delete'],
    beforeMask: { content: true },
    afterMask: false,
    entry: { deposed: 'a1b2c3d4' },
  },
  {
    address: 'sandbox_vault.planned',
    desired: { content: plant('sensitive value of a resource to be made') },
    actions: ['create'],
    beforeMask: false,
    afterMask: { content: true },
  },
  {
    address: 'sandbox_vault.unmarked',
    desired: { content: plant('value of a resource to be made') },
    actions: ['create'],
    beforeMask: false,
  },
];

const plan = planJson([masked, shaped, keyed, lost, replaced, ...others], {
  variables: { admin: { value: plant('variables') } },
  planned_values: {
    outputs: { secret: { sensitive: true, value: plant('planned output') } },
    root_module: {
      resources: [
        {
          address: 'sandbox_vault.masked',
          mode: 'managed',
          type: 'sandbox_vault',
          name: 'masked',
          values: { marked: plant('planned_values') },
          sensitive_values: { marked: true },
        },
      ],
    },
  },
  output_changes: {
    secret: {
      actions: ['update'],
      before: plant('output, before'),
      after: plant('output, after'),
      after_unknown: false,
      before_sensitive: true,
      after_sensitive: true,
    },
    open: {
      actions: ['create'],
      before: null,
      after: plant('output that is not marked'),
      after_unknown: false,
      before_sensitive: false,
      after_sensitive: false,
    },
  },
  prior_state: {
    format_version: '1.0',
    terraform_version: '1.11.4',
    values: {
      outputs: { secret: { sensitive: true, value: plant('recorded output') } },
      root_module: {
        resources: [
          {
            address: 'sandbox_vault.masked',
            mode: 'managed',
            type: 'sandbox_vault',
            name: 'masked',
            values: { marked: plant('prior_state') },
            sensitive_values: { marked: true },
          },
          {
            address: 'data.sandbox_secret.read',
            mode: 'data',
            type: 'sandbox_secret',
            name: 'read',
            values: { value: plant('data source in prior_state') },
            sensitive_values: {},
          },
        ],
      },
    },
  },
  configuration: {
    provider_config: {
      sandbox: {
        name: 'sandbox',
        expressions: {
          token: { constant_value: plant('provider configuration') },
        },
      },
    },
    root_module: {
      variables: { admin: { default: plant('default of a variable') } },
      resources: [masked, shaped, replaced].map(({ address, recorded }) => ({
        address,
        mode: 'managed',
        type: address.split('.')[0],
        name: address.split('.')[1],
        expressions: Object.fromEntries(
          Object.keys(recorded ?? {}).map(name => [
            name,
            { constant_value: plant('constant in the configuration') },
          ]),
        ),
      })),
    },
  },
  relevant_attributes: [
    {
      resource: 'sandbox_vault.masked',
      attribute: ['labels', plant('step of a relevant attribute')],
    },
  ],
  checks: [
    {
      address: {
        kind: 'check',
        name: 'health',
        to_display: 'check.health',
      },
      status: 'fail',
      instances: [
        {
          address: { to_display: 'check.health' },
          status: 'fail',
          problems: [{ message: plant('problem of a check') }],
        },
      ],
    },
  ],
  action_invocations: [
    {
      address: 'action.sandbox_call.x',
      type: 'sandbox_call',
      name: 'x',
      config_values: { body: plant('arguments of an action') },
      config_sensitive: { body: true },
    },
  ],
});

/** Two clients' credentials; every scan of globex may print them. */
const credential = plant(
  'credential in the environment',
  random => `${random.slice(0, 12)}/+ &"%${random.slice(12)}`,
);
const globalValue = plant('environment of every scan');
const keyFile = plant(
  'file with credentials',
  random => `first line\n${random}\n${random.slice(4)}tail`,
  random => [random],
);

/** Terraform says what went wrong. */
const failing = (summary: string, detail: string) =>
  `${printing(`\nError: ${summary}\n\n${detail}`)} exit 1`;

/** Modules whose scans fail, each with a secret in what the tool says. */
const failures: Record<string, Record<string, string>> = {
  'says-credential': {
    'plan.sh': failing('Login failed', `The token ${credential} was refused.`),
  },
  'says-credential-in-url': {
    'plan.sh': failing(
      `GET https://api.example.com/?t=${encodeURIComponent(credential)}`,
      'No such host',
    ),
  },
  'says-credential-in-base64': {
    'plan.sh': failing(
      'Refused',
      `Sent ${base64(`globex:${credential}`)} there`,
    ),
  },
  'says-credential-in-json': {
    'plan.sh': failing('Refused', `Sent ${JSON.stringify({ credential })}`),
  },
  'says-environment': {
    'init.sh': failing('Proxy', `Proxy ${globalValue} does not answer`),
  },
  'says-key-file': {
    'plan.sh': failing('Bad key', keyFile.split('\n')[1]),
  },
  'says-its-variables': {
    'plan.sh': `printf '\\nError: Crash\\n\\n%s %s %s\\n' "$CLOUD_TOKEN" "$(cat "$KEY_FILE")" "$HTTPS_PROXY"; exit 1`,
  },
  'init-url-with-token': {
    'init.sh': failing(
      'Failed to download module',
      plant(
        'token in the URL of a module',
        random => `Could not clone https://oauth2:${random}@git.example.com/x`,
        random => [random],
      ),
    ),
  },
  'init-query-with-token': {
    'init.sh': failing(
      'Failed to query provider packages',
      plant(
        'token in a query',
        random => `GET https://registry.example.com/v1?access_token=${random}`,
        random => [random],
      ),
    ),
  },
  'provider-password': {
    'plan.sh': failing(
      'Error creating user',
      plant(
        'password in an error of a provider',
        random => `InvalidParameter: password "${random}" is too short`,
        random => [random],
      ),
    ),
  },
  'provider-header': {
    'plan.sh': failing(
      plant(
        'header in an error of a provider',
        random => `403: {"Authorization":"Bearer ${random}"}`,
        random => [random],
      ),
      'Forbidden',
    ),
  },
  'literal-of-the-code': {
    'main.tf': `resource "x" "y" {\n  admin_password = "${plant(
      'literal in the code',
    )}"\n}\n`,
    'plan.sh': failing(
      'Invalid value',
      `The value ${secrets.all[secrets.all.length - 1].texts[0]} is not good.`,
    ),
  },
  'show-garbage': {
    'show.sh': printing(plant('garbage on stdout')),
  },
  'show-broken-json': {
    'show.sh': printing(
      `{"format_version":"1.2","variables":{"x":{"value":"${plant(
        'plan that breaks off',
      )}`,
    ),
  },
  'show-other-format': {
    'show.sh': printing(
      JSON.stringify({ format_version: plant('version of the format') }),
    ),
  },
  'show-duplicate-key': {
    'show.sh': printing(
      `{"format_version":"1.2","${plant('key that is there twice')}":1,"${
        secrets.all[secrets.all.length - 1].texts[0]
      }":2}`,
    ),
  },
  'show-unreadable-address': {
    'show.sh': printing(
      JSON.stringify({
        format_version: '1.2',
        resource_changes: [{ address: 1, x: plant('entry without address') }],
      }),
    ),
  },
  'errored-plan': {
    'plan.sh': `${printing(plant('text of a plan'))} exit 2`,
    'show.sh': printing(
      planJson(
        [
          drifted(
            'sandbox_vault.masked',
            { content: two('sensitive value of a plan that failed') },
            {
              driftMask: { content: true },
              beforeMask: { content: true },
              afterMask: { content: true },
            },
          ),
        ],
        { errored: true },
      ),
    ),
  },
};

/** A plan that shows values of configured credentials in plain attributes. */
const echoedCredentials = planJson([
  drifted(`sandbox_note.x["${encodeURIComponent(credential)}"]`, {
    plain: ['before', CONTROL],
    raw: ['none', `token ${credential}`],
    base64: ['none', base64(`globex:${credential}`)],
    hex: ['none', hex(credential)],
    json: ['none', JSON.stringify({ note: credential })],
    list: [['none'], ['none', globalValue]],
    file: ['none', keyFile],
  }),
]);

/** Fields whose values must be hidden, by module and address. */
const hidden: [target: string, address: string, paths: string[]][] = [
  [
    'terraform:acme/planted',
    'sandbox_vault.masked',
    [
      '/marked',
      '/special',
      '/nested/0/inner/deep',
      '/list/1',
      '/half_drift',
      '/half_before',
      '/half_after',
      '/number',
      '/key_source',
      '/copy',
      '/copy_base64',
      '/copy_hex',
      '/copy_url',
      '/copy_json',
    ],
  ],
  [
    'terraform:acme/planted',
    'sandbox_service.shaped',
    [
      '/note',
      '/certificate',
      '/datasource',
      '/endpoint',
      '/header',
      '/remark',
      '/admin_password',
      '/settings/api_key',
      '/environment/0/value',
      '/script',
      '/chart_settings',
      '/policy',
    ],
  ],
  ['terraform:acme/planted', 'sandbox_vault.replaced', ['/content']],
  ['terraform:acme/planted', 'sandbox_vault.lost', ['/content']],
  [
    'terraform:globex/echoed',
    'sandbox_note.x["[redacted]"]',
    ['/raw', '/base64', '/hex', '/json', '/file'],
  ],
];

/** The path with every combination of what its parameters can be. */
function fillIn(path: string, known: Record<string, string[]>): string[] {
  const name = /\{(\w+)\}/.exec(path)?.[1];
  if (!name) {
    return [path];
  }
  if (!known[name]) {
    throw new Error(`Say what there is for {${name}} of ${path}`);
  }
  return known[name].flatMap(value =>
    fillIn(path.replace(`{${name}}`, encodeURIComponent(value)), known),
  );
}

describe('secrets planted in the infrastructure, the code and the words of tools', () => {
  let bench: DriftBench;
  const model = new EchoingModel();
  const posted: string[] = [];
  const receiver = createServer(async (request, response) => {
    for await (const chunk of request) {
      posted.push(String(chunk));
    }
    response.end();
  });
  const remediations: Remediation[] = [];
  let answers: string;
  let findings: Map<string, StoredFinding[]>;

  /** Answers of every route that the plugin declares, for everything there is. */
  async function readEverything(roundId: string): Promise<string> {
    const document = await bench.get<{ paths: Record<string, object> }>(
      '/api/drift/openapi.json',
    );
    const targets = await bench.targets();
    const known: Record<string, string[]> = {
      targetId: targets.map(target => target.id),
      roundId: [roundId],
      kind: ['component'],
      namespace: ['default'],
      name: ['acme', 'globex'],
      // No source here has tenants; what is kept of those is searched elsewhere.
      tenantId: ['nobody'],
      type: ['secret'],
      remediationId: remediations.map(({ id }) => id),
      findingId: (
        await Promise.all(targets.map(target => bench.findings(target.id)))
      ).flatMap(all => all.map(({ id }) => id)),
    };
    const paths = Object.entries(document.paths)
      .filter(([, operations]) => 'get' in operations)
      .flatMap(([path]) => fillIn(path, known));
    for (const { id } of targets) {
      const base = `/api/drift/targets/${encodeURIComponent(id)}/findings`;
      paths.push(`${base}?state=resolved&limit=200`);
      for (const scan of await bench.scans(id)) {
        paths.push(`${base}?scanId=${scan.id}&limit=200`);
      }
    }
    paths.push('/api/catalog/entities', '/api/drift/no-such-route');
    const texts: string[] = [];
    for (const path of paths) {
      const { status, text } = await bench.read(
        path,
        path.endsWith('/entity-statuses')
          ? mockCredentials.service.header()
          : undefined,
      );
      // Not every finding is one of every target.
      const isElsewhere = path.endsWith('/ignore-rule') && status === 404;
      expect({ path, status }).toEqual({
        path,
        status:
          isElsewhere || /\/no-such-route$|\/tenants\/nobody\//.test(path)
            ? 404
            : 200,
      });
      texts.push(text);
    }
    return texts.join('\n');
  }

  beforeAll(async () => {
    bench = new DriftBench();
    bench.writeModule('acme/planted', {
      'plan.sh': `${printing(`  + password = "${marked[1]}"`)} exit 2`,
      'show.sh': printing(plan),
    });
    const { action_invocations: _, ...applicable } = JSON.parse(plan);
    bench.writeModule('acme/applicable', {
      'plan.sh': 'exit 2',
      'show.sh': printing(JSON.stringify(applicable)),
    });
    bench.addEntity('acme', {
      'infra-hub.io/terraform-dir': './acme/planted,./acme/applicable',
      'infra-hub.io/client': 'acme',
    });
    bench.writeModule('globex/echoed', {
      'plan.sh': 'exit 2',
      'show.sh': printing(echoedCredentials),
    });
    for (const [name, files] of Object.entries(failures)) {
      bench.writeModule(`globex/${name}`, files);
    }
    bench.addEntity('globex', {
      'infra-hub.io/terraform-dir': ['echoed', ...Object.keys(failures)]
        .map(name => `./globex/${name}`)
        .join(','),
      'infra-hub.io/client': 'globex',
    });
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const { port } = receiver.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/`;
    const modelUrl = await model.listen();
    await bench.start({
      drift: {
        remediation: { enabled: true },
        ai: {
          model: 'echo',
          apiKey: 'not a planted secret',
          baseUrl: `${modelUrl}/v1`,
        },
        webhooks: [
          { id: 'chat', url, format: 'slack', events: EVENTS },
          { id: 'json', url, secret: 'not a planted secret', events: EVENTS },
        ],
      },
      terraform: {
        env: { HTTPS_PROXY: globalValue },
        credentials: [
          {
            client: 'globex',
            env: { CLOUD_TOKEN: credential },
            files: [{ variable: 'KEY_FILE', content: keyFile }],
          },
        ],
      },
    });
    const targets = await bench.settled(Object.keys(failures).length + 3);
    await bench.scan(...targets.map(target => target.id));
    const round = await bench.scanAll();
    await bench.settled(targets.length);
    // Until the catalog knows as well.
    await bench.eventually(async () =>
      (
        await bench.read('/api/catalog/entities')
      ).text.includes('"infra-hub.io/drift-status":"drifted"'),
    );
    await bench.eventually(async () => {
      const analyses = await Promise.all(
        ['terraform:acme/planted', 'terraform:globex/echoed'].map(id =>
          bench.read(`/api/drift/targets/${encodeURIComponent(id)}/analysis`),
        ),
      );
      return analyses.every(({ text }) => text.includes('"model":"echo"'));
    });
    for (const id of [
      'terraform:acme/planted',
      'terraform:acme/applicable',
      'terraform:globex/echoed',
    ]) {
      for (const action of ['revert', 'refresh-state', 'adopt'] as const) {
        remediations.push(await bench.previewRemediation(id, action));
      }
    }
    answers = await readEverything(round.id);
    findings = new Map(
      await Promise.all(
        targets.map(async ({ id }) => [id, await bench.findings(id)] as const),
      ),
    );
  }, 240_000);

  afterAll(async () => {
    await bench.dispose();
    model.close();
    receiver.closeAllConnections();
    receiver.close();
  }, 60_000);

  it('are many, and in many places', () => {
    expect(new Set(secrets.all.map(({ place }) => place)).size).toBeGreaterThan(
      60,
    );
  });

  it('are in what was previewed, so that there is something to search', () => {
    expect(
      remediations.map(({ targetId, action, state }) => [
        targetId,
        action,
        state,
      ]),
    ).toEqual([
      // Its plan invokes actions
      ['terraform:acme/planted', 'revert', 'failed'],
      ['terraform:acme/planted', 'refresh-state', 'failed'],
      ['terraform:acme/planted', 'adopt', 'previewed'],
      ['terraform:acme/applicable', 'revert', 'previewed'],
      ['terraform:acme/applicable', 'refresh-state', 'previewed'],
      ['terraform:acme/applicable', 'adopt', 'previewed'],
      ['terraform:globex/echoed', 'revert', 'previewed'],
      ['terraform:globex/echoed', 'refresh-state', 'previewed'],
      ['terraform:globex/echoed', 'adopt', 'previewed'],
    ]);
    const [{ preview }] = remediations.filter(
      ({ targetId, action }) =>
        targetId === 'terraform:acme/applicable' && action === 'revert',
    );
    expect(preview?.changes.length).toBeGreaterThan(5);
    expect(
      preview?.changes.flatMap(({ fields }) =>
        fields.filter(({ sensitive }) => sensitive),
      ).length,
    ).toBeGreaterThan(5);
  });

  it('would be found by this search', () => {
    const secret = secrets.all[0].texts[0];
    for (const text of [
      `x${secret}x`,
      `x${base64(`xx${secret}xx`)}`,
      hex(secret),
      secret.slice(2, -3),
    ]) {
      expect(secrets.foundIn(text)).not.toEqual([]);
    }
    expect(secrets.foundIn(JSON.stringify({ credential }))).not.toEqual([]);
    expect(secrets.foundIn(encodeURIComponent(credential))).not.toEqual([]);
  });

  it.each(hidden)('hide no drift: %s %s', (target, address, paths) => {
    const fields = findings
      .get(target)
      ?.filter(finding => finding.class === 'drift')
      .find(finding => finding.address === address)?.fields;
    expect(fields?.filter(field => field.sensitive)).toEqual(
      expect.arrayContaining(
        paths.map(path => expect.objectContaining({ path, sensitive: true })),
      ),
    );
  });

  it('hide nothing else', () => {
    for (const target of [
      'terraform:acme/planted',
      'terraform:globex/echoed',
    ]) {
      expect(
        findings
          .get(target)
          ?.flatMap(finding => finding.fields)
          .filter(field => field.path === '/plain'),
      ).toContainEqual({
        path: '/plain',
        recorded: 'before',
        actual: CONTROL,
        desired: 'before',
      });
    }
  });

  it('hide no resource with a secret in its address', () => {
    expect(
      findings
        .get('terraform:acme/planted')
        ?.filter(finding => finding.resourceType === 'sandbox_member')
        .map(({ class: kind, address }) => [kind, address]),
    ).toEqual([['drift', 'sandbox_member.each["(sensitive)"]']]);
  });

  it('do not hide that a scan failed, and why', async () => {
    const targets = await bench.targets();
    for (const name of Object.keys(failures)) {
      const target = targets.find(
        ({ id }) => id === `terraform:globex/${name}`,
      );
      expect([name, target?.status]).toEqual([name, 'error']);
      expect(target?.error?.length).toBeGreaterThan(20);
    }
  });

  it('are in no answer of the API', () => {
    expect(answers).toContain(CONTROL);
    expect(secrets.foundIn(answers)).toEqual([]);
  });

  it('are in no log, event, signal or metric', () => {
    const told = bench.told();
    const logged = bench.logged.join('\n');
    expect(told).toContain('terraform:acme/planted');
    expect(told).toContain('scan-finished');
    expect(logged).toContain('terraform:globex/provider-password');
    expect(secrets.foundIn(logged)).toEqual([]);
    expect(secrets.foundIn(told)).toEqual([]);
  });

  it('are in no message to a webhook', async () => {
    const messages = await bench.eventually(async () => {
      const text = posted.join('\n');
      return (
        // Drift and failed scans, to a program and to people
        text.includes('"targetId":"terraform:globex/provider-password"') &&
        text.includes('"type":"target.drifted"') &&
        text.includes('Drift in acme') &&
        text
      );
    });
    expect(messages).toContain('sandbox_member.each');
    expect(secrets.foundIn(messages)).toEqual([]);
  });

  it('are in no request to a language model, and in no answer to a question', async () => {
    for (const question of [
      'Which modules have drift?',
      'Who changed the vault?',
    ]) {
      const response = await fetch(`${bench.url}/api/drift/ask`, {
        method: 'POST',
        headers: {
          Authorization: mockCredentials.user.header(),
          'Content-Type': 'application/json',
        },
        body: JSON.stringify({ question }),
      });
      expect(response.status).toBe(200);
      expect(secrets.foundIn(await response.text())).toEqual([]);
    }
    const asked = model.asked.join('\n');
    expect(asked).toContain(CONTROL);
    expect(asked).toContain('sandbox_vault.masked');
    expect(asked).toContain('search_findings');
    expect(secrets.foundIn(asked)).toEqual([]);
  });

  it('are in no database, neither in its rows nor in its files', async () => {
    const files = bench.files(bench.databaseDirectory);
    const rows = await bench.rows();
    expect(files).toContain(CONTROL);
    expect(rows).toContain(CONTROL);
    expect(secrets.foundIn(rows)).toEqual([]);
    expect(secrets.foundIn(files)).toEqual([]);
  });

  it('are in no file that a scan leaves behind', async () => {
    expect(secrets.foundIn(bench.files(bench.temporaryDirectory))).toEqual([]);
  });
});
