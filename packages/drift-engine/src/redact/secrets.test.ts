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

import {
  looksSecretAt,
  looksSecretName,
  looksSecretValue,
  maskSecretShapes,
  maskSecretValues,
} from './secrets';

describe('looksSecretName', () => {
  it.each([
    'password',
    'admin_password',
    'administratorLoginPassword',
    'DB_PASSWD',
    'client_secret',
    'secret_string',
    'secret_access_key',
    'primary_access_key',
    'apiKey',
    'api-key',
    'github_token',
    'private_key_pem',
    'connection_string',
    'primary_connection_string',
    'kube_config_raw',
    'shared_access_key',
    'preshared_key',
  ])('takes %s for a secret', name => {
    expect(looksSecretName(name)).toBe(true);
  });

  it.each([
    'key_name',
    'kms_key_id',
    'public_key',
    'secret_name',
    'key_vault_id',
    'password_policy',
    'token_ttl',
    'secret_arn',
    'min_password_length',
    'max_tokens',
    'token_endpoint',
    'key_vault_secret_uri',
    'password_wo',
    'secret_version',
    'monkey',
    'tokenizer',
    'secretary',
    'key',
    'author',
    'access_policy',
    'passthrough',
  ])('takes %s for harmless', name => {
    expect(looksSecretName(name)).toBe(false);
  });

  it('judges a path by its last name, not by list positions', () => {
    expect(looksSecretName(['login', 'passwords', '0'])).toBe(true);
    expect(looksSecretName(['secret', 'name'])).toBe(false);
  });
});

/** Put together here, so that no scanner takes this file for a leak. */
const part = (...pieces: string[]) => pieces.join('');

const SECRETS = {
  'AWS access key': part('AKIA', 'IOSFODNN7EXAMPLE'),
  'GitHub token': part('ghp_', 'abcdefghijklmnopqrstuvwxyz0123456789'),
  'Slack token': part('xoxb-', '123456789012-abcdefghijkl'),
  'private key': part('-----BEGIN RSA ', 'PRIVATE KEY-----\nMIIEow'),
  JWT: part('eyJhbGciOiJIUzI1NiJ9', '.eyJzdWIiOiIxMjM0In0', '.c2lnbmF0dXJl'),
  'ADO connection string': 'Server=db;User Id=sa;Password=hunter22;',
  'storage connection string':
    'DefaultEndpointsProtocol=https;AccountKey=abc123==;',
  'URL with password': 'postgres://app:hunter22@db.local:5432/orders',
  'Azure SAS': 'https://a.blob.core/x?sv=1&sig=abcdefghijklmnopqrstuv%3D',
  'bearer header': 'Authorization: Bearer abcdefghijklmnopqrst',
};

describe('looksSecretValue', () => {
  it.each(Object.entries(SECRETS))('recognises a %s', (_, value) => {
    expect(looksSecretValue(value)).toBe(true);
    expect(looksSecretValue(`prefix "${value}" suffix`)).toBe(true);
  });

  it.each([
    'db-1.db.local:5432',
    'https://example.com/a:b/c@d',
    'ssh://git@example.com/repo',
    'arn:aws:secretsmanager:eu-west-1:1:secret:x',
    '-----BEGIN CERTIFICATE-----\nMIIB',
    'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7 me@host',
    'sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
    'a sentence about the password policy',
    'ami-0123456789abcdef0',
  ])('leaves %s alone', value => {
    expect(looksSecretValue(value)).toBe(false);
  });

  it.each([
    'DB_PASSWORD=Xq7pLm2v',
    '#!/bin/sh\nexport API_TOKEN="Xq7pLm2v"\nrun',
    'AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY',
    'postgres:\n  password: Xq7pLm2v\n',
    'postgresqlPassword: "Xq7pLm2v"',
    "client_secret = 'Xq7pLm2v'",
    'app --port 80 --password Xq7pLm2v --quiet',
    'app --token=Xq7pLm2v',
    'https://x.example.com/?api_key=Xq7pLm2v&x=1',
  ])('finds what a telling name is given: %j', text => {
    expect(looksSecretValue(text)).toBe(true);
    expect(maskSecretValues(text, '(hidden)')).toContain('(hidden)');
    expect(maskSecretValues(text, '(hidden)')).not.toMatch(/Xq7pLm2v|wJalr/);
  });

  it.each([
    'PASSWORD_FILE_PATH=/run/secrets/x',
    'password_min_length = 1200',
    'DB_PASSWORD=${DB_PASSWORD}',
    'DB_PASSWORD=$DB_PASSWORD',
    'password: "{{ .Values.password }}"',
    'use_token: true',
    'TOKEN_URL=https://example.com/token',
    'token_endpoint=https://example.com/token',
    'arn:aws:secretsmanager:eu-west-1:1:secret:database-AbCdEf',
    'the password is kept in a vault',
    'if (token == undefined) {',
  ])('leaves %j alone', text => {
    expect(looksSecretValue(text)).toBe(false);
    expect(maskSecretValues(text, '(hidden)')).toBe(text);
  });

  it('stays quick on long texts made to slow patterns down', () => {
    for (const piece of [
      '-----BEGIN ',
      'eyJa.',
      'a://b:',
      'password=',
      'password',
      '--a ',
      'a = ',
      '"',
      '$2a$',
    ]) {
      expect(looksSecretValue(`${piece.repeat(20_000)}\u0000`)).toEqual(
        expect.any(Boolean),
      );
    }
  });
});

describe('looksSecretAt', () => {
  it('takes references to secrets for harmless', () => {
    expect(
      looksSecretAt(['password'], 'arn:aws:secretsmanager:eu:1:secret:x'),
    ).toBe(false);
    expect(
      looksSecretAt(['client_secret'], 'https://v.vault.azure.net/secrets/x'),
    ).toBe(false);
    expect(looksSecretAt(['password'], 'hunter22')).toBe(true);
    expect(looksSecretAt(['password'], '')).toBe(false);
  });

  it('needs a random value where the name is only suspicious', () => {
    expect(looksSecretAt(['key'], 'environment')).toBe(false);
    expect(looksSecretAt(['key'], 'q8Zr2LxW0vTn5KbY7uHsE3mD')).toBe(true);
    expect(looksSecretAt(['id'], 'q8Zr2LxW0vTn5KbY7uHsE3mD')).toBe(false);
  });
});

describe('maskSecretValues', () => {
  it('replaces the secret and keeps the text around it', () => {
    expect(
      maskSecretValues(`cannot open ${SECRETS['URL with password']}`, '***'),
    ).toBe('cannot open ***db.local:5432/orders');
  });
});

describe('maskSecretShapes', () => {
  it.each([
    ['https://bot:hunter22@git.example/x', 'https://[redacted]@git.example/x'],
    ['Authorization: Bearer abcdefgh12345678', /Bearer \[redacted\]$/],
    ['Basic YWNtZTpodW50ZXIyMg== sent', 'Basic [redacted] sent'],
    ['got eyJhbGciOi.eyJzdWIi.c2ln now', 'got [redacted] now'],
    ['key AKIAABCDEFGHIJKLMNOP unknown', 'key [redacted] unknown'],
    ['"password": "hunter22", "a": 1', '"password": [redacted], "a": 1'],
    ['db_password=hunter22&x=1', 'db_password=[redacted]&x=1'],
    ['client_secret: hunter22', 'client_secret: [redacted]'],
    [
      'the password "hunter22" is too short',
      'the password [redacted] is too short',
    ],
    ['git clone https://hunter22@git.example/x', /https:\/\/\[redacted\]@git/],
    ['got {"client_secret":"hunter22"}', 'got {"client_secret":[redacted]}'],
    [
      'https://s3.example/x?X-Amz-Signature=abcdefgh12345678abcdefgh12345678',
      'https://s3.example/x?X-Amz-[redacted]',
    ],
    ["password is 'hunter22'", 'password is [redacted]'],
    ['Invalid: password = "hunter22"', /^Invalid: .*\[redacted\]$/],
    [
      'Error: bad: api_token="hunter22" given',
      'Error: bad: api_token=[redacted] given',
    ],
    ['-----BEGIN RSA PRIVATE KEY-----\nhunter22\nmore', '[redacted]'],
  ])('masks %j', (text, expected) => {
    const masked = maskSecretShapes(text);
    expect(masked).not.toMatch(/hunter22|abcdefgh12345678/);
    expect(masked).toMatch(
      typeof expected === 'string'
        ? new RegExp(`^${escaped(expected)}$`)
        : expected,
    );
  });

  it('stays quick on long texts made to slow patterns down', () => {
    for (const piece of [
      'a://',
      'a.a',
      'bearer a',
      'token is "',
      'secret `',
      'aa: ',
      'aa:"',
      'aa="b',
    ]) {
      expect(maskSecretShapes(`${piece.repeat(20_000)}\u0000`)).toEqual(
        expect.any(String),
      );
    }
  });

  it.each([
    'A managed resource "nope" "foo" has not been declared in the root module.',
    'Reference to undeclared resource (main.tf line 2)',
    'The root module input variable "admin_password" is not set',
    'Get "https://registry.example/v1": dial tcp: no such host',
    'Invalid or missing token for region eu-west-1',
    'basic authentication is switched off; digest mismatch',
    'git clone ssh://example.com/repo failed',
  ])('leaves %j alone', text => {
    expect(maskSecretShapes(text)).toBe(text);
  });
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
