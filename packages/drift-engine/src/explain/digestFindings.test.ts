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

import * as fc from 'fast-check';
import { fieldFrom, findingOf } from './__testUtils__/findingOf';
import { digestFindings } from './digestFindings';

const bytesOf = (text: string) => Buffer.byteLength(text);

describe('digestFindings', () => {
  it('tells a model what it needs', () => {
    const finding = findingOf(
      'azurerm_kubernetes_cluster',
      'main',
      [
        fieldFrom('/tags/owner', 'a', 'b'),
        fieldFrom('/node_count', 3, 5),
        { path: '/admin_password', sensitive: true },
        fieldFrom('/size', 'a', 'b', { desiredUnknown: true }),
      ],
      {
        attribution: {
          who: 'jane',
          when: '2026-03-28',
          evidence: 'audit',
          confidence: 'low',
          url: 'https://audit.example.com/42',
        },
      },
    );
    const digest = digestFindings([finding]);
    expect(JSON.parse(digest.json)).toEqual({
      findings: [
        {
          address: 'azurerm_kubernetes_cluster.main',
          type: 'azurerm_kubernetes_cluster',
          change: 'update',
          class: 'drift',
          severity: 'medium',
          reason: 'It was changed outside.',
          fields: [
            { path: '/admin_password', sensitive: true },
            { path: '/node_count', recorded: 3, actual: 5, desired: 3 },
            {
              path: '/size',
              recorded: 'a',
              actual: 'b',
              desired: '(known after apply)',
            },
            { path: '/tags/owner', recorded: 'a', actual: 'b', desired: 'a' },
          ],
          attribution: {
            who: 'jane',
            when: '2026-03-28',
            certainty: 'possibly',
          },
        },
      ],
      leftOut: 0,
    });
    expect(digest.included).toEqual([finding]);
  });

  it('holds open drift only, the worst first', () => {
    const { json } = digestFindings([
      findingOf('a', 'pending', [], { class: 'pending' }),
      findingOf('a', 'low', [], { severity: 'low' }),
      findingOf('a', 'muted', [], {
        suppressedBy: { ruleId: 'r', reason: 'Known.' },
      }),
      findingOf('a', 'critical', [], { severity: 'critical' }),
    ]);
    expect(json.match(/a\.\w+/g)).toEqual(['a.critical', 'a.low']);
  });

  it('says how many findings did not fit', () => {
    const many = Array.from({ length: 500 }, (_, index) =>
      findingOf('a', `n${index}`, [fieldFrom('/text', 'x'.repeat(900), 'y')]),
    );
    const digest = digestFindings(many);
    expect(bytesOf(digest.json)).toBeLessThanOrEqual(24 * 1024);
    expect(JSON.parse(digest.json).leftOut).toBe(digest.leftOut);
    expect(digest.leftOut).toBe(500 - digest.included.length);
    expect(digest.included.length).toBeGreaterThan(40);
    expect(
      digestFindings(many, { maxBytes: 10_000_000 }).included,
    ).toHaveLength(200);
  });

  it('gives the rest of a finding with very many fields as a number', () => {
    const fields = Array.from({ length: 300 }, (_, index) =>
      fieldFrom(`/f${index}`, 'a', 'b'),
    );
    const [entry] = JSON.parse(
      digestFindings([findingOf('a', 'b', fields)]).json,
    ).findings;
    expect(entry.fields).toHaveLength(12);
    expect(entry.moreFields).toBe(288);
  });

  it('never holds a secret, an invisible character or too many bytes', () => {
    const hostile = fc.string({ unit: 'binary', maxLength: 400 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(hostile, hostile, hostile), { maxLength: 30 }),
        fc.integer({ min: 100, max: 5_000 }),
        (texts, maxBytes) => {
          const digest = digestFindings(
            texts.map(([name, path, value]) =>
              findingOf(name, name, [
                fieldFrom(`/${path}`, value, { [path]: value }),
                {
                  path: '/token',
                  // What must not be there is not believed to be absent.
                  actual: 'canary-4f9d1c7e',
                  sensitive: true,
                },
              ]),
            ),
            { maxBytes },
          );
          expect(bytesOf(digest.json)).toBeLessThanOrEqual(maxBytes);
          expect(digest.json).not.toContain('canary-4f9d1c7e');
          expect(digest.json).not.toMatch(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/u);
          expect(JSON.parse(digest.json).findings).toHaveLength(
            digest.included.length,
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});
