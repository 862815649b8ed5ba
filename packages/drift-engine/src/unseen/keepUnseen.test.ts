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

import type { JsonObject } from '@backstage/types';
import {
  BlindSpot,
  DriftReport,
  Finding,
} from '@infra-hub/backstage-plugin-drift-common';
import { assess, AssessOptions, reassess } from '../assess/assess';
import { summarise } from '../assess/summarise';
import {
  DesiredCloudResource,
  LiveCloudResource,
} from '../cloud/CloudResource';
import { compareCloud } from '../cloud/compareCloud';
import { fingerprintOf } from '../fingerprint/fingerprint';
import { unmuted } from '../suppress/unmuted';
import { hidesFinding, keepUnseen, unseenAddresses } from './keepUnseen';

const desired: DesiredCloudResource = {
  resourceType: 'database',
  name: 'shop',
  provider: 'aws',
  account: 'prod',
  region: 'eu-central-1',
  kind: 'AWS::RDS::DBInstance',
  id: 'shop-db',
  properties: {
    size: 'db.t4g.medium',
    publicAccess: false,
    deletionProtection: true,
  },
};

const NOTE =
  'The last scan could not see all of it; what it did not see counts as before.';

/** What a scan says when these properties are otherwise; undefined is not told. */
function scan(
  really: JsonObject | { [name: string]: undefined },
  options: AssessOptions = {},
): DriftReport {
  const live = {
    ...desired,
    properties: { ...desired.properties, ...really },
  } as LiveCloudResource;
  return assess(compareCloud({ desired: [desired], live: [live] }), options);
}

const keep = (
  report: DriftReport,
  before: DriftReport | Finding[],
  options: AssessOptions = {},
) =>
  keepUnseen({
    report,
    open: Array.isArray(before) ? before : before.findings,
    reassess: findings => reassess(findings, options),
  });

const pathsOf = ({ findings }: DriftReport) =>
  findings.map(({ fields }) => fields.map(({ path }) => path).sort());

describe('a report on what was not seen', () => {
  const open = { publicAccess: true };
  const untold = { publicAccess: undefined };

  it('keeps what is open of it, and is not clean', () => {
    const before = scan(open);
    const report = scan(untold);
    expect(report).toMatchObject({ status: 'clean', findings: [] });
    const kept = keep(report, before);
    const [finding] = before.findings;
    expect(kept).toMatchObject({
      status: 'drifted',
      risk: finding.severity,
      driftedResources: 1,
      complete: true,
      blindSpots: report.blindSpots,
    });
    expect(kept.findings).toEqual([
      {
        ...finding,
        reason: `${finding.reason} ${NOTE}`,
        fields: [{ ...finding.fields[0], unseen: true }],
        unseen: true,
      },
    ]);
    expect(summarise(kept)).not.toBe(summarise(report));
    // A scan that does not see it either says the same
    expect(keep(scan(untold), kept)).toEqual(kept);
  });

  it('is as it was without anything open', () => {
    const report = scan(untold);
    expect(keep(report, [])).toBe(report);
    expect(keep(report, scan({ size: 'db.r5.large' }))).toBe(report);
    expect(unseenAddresses(report)).toEqual(['AWS::RDS::DBInstance/shop-db']);
  });

  it.each<[string, JsonObject]>([
    ['as desired', { publicAccess: false }],
    ['otherwise', { publicAccess: true }],
  ])('is as it was once all is seen to be %s', (_, seen) => {
    const kept = keep(scan(untold), scan(open));
    const report = scan(seen);
    expect(keep(report, kept)).toBe(report);
  });

  it('keeps of a finding only what was not seen', () => {
    const before = scan({ publicAccess: true, size: 'db.r5.large' });
    const kept = keep(scan(untold), before);
    expect(pathsOf(kept)).toEqual([['/publicAccess']]);
    const [finding] = kept.findings;
    expect(finding.unseen).toBe(true);
    expect(finding.reason).toBe(
      `Public access of database 'shop' is not what is desired. ${NOTE}`,
    );
    expect(finding.fingerprint).toBe(scan(open).findings[0].fingerprint);
    expect(finding.severity).toBe(scan(open).findings[0].severity);
  });

  it('joins what was not seen and what was', () => {
    const kept = keep(
      scan({ publicAccess: undefined, size: 'db.r5.xlarge' }),
      scan({ publicAccess: true, size: 'db.r5.large' }),
    );
    expect(kept.findings).toHaveLength(1);
    const [finding] = kept.findings;
    expect(finding).not.toHaveProperty('unseen');
    expect(finding.fields).toEqual([
      expect.objectContaining({ path: '/size', actual: 'db.r5.xlarge' }),
      {
        path: '/publicAccess',
        actual: true,
        desired: false,
        unseen: true,
      },
    ]);
    expect(finding.fields[0]).not.toHaveProperty('unseen');
    expect(finding.fingerprint).toBe(fingerprintOf(unmuted(finding)));
    expect(finding.severity).toBe(scan(open).findings[0].severity);
    // The same drift in full sight is the same one
    expect(finding.fingerprint).toBe(
      scan({ publicAccess: true, size: 'db.r5.xlarge' }).findings[0]
        .fingerprint,
    );
  });

  it('takes the newest of what is open', () => {
    const kept = keep(scan({ size: undefined }), [
      ...scan({ size: 'db.r5.xlarge' }).findings,
      ...scan({ size: 'db.r5.large', publicAccess: true }).findings,
    ]);
    expect(kept.findings).toHaveLength(1);
    expect(kept.findings[0].fields).toEqual([
      expect.objectContaining({ actual: 'db.r5.xlarge' }),
    ]);
  });

  it('mutes by the rules of now', () => {
    const rule = { id: 'r', reason: 'Known.', path: '/publicAccess' };
    const options = { ignoreRules: [rule] };
    const muted = scan(open, options);
    expect(muted.findings[0].suppressedBy).toMatchObject({ ruleId: 'r' });
    expect(keep(scan(untold), muted, options)).toMatchObject({
      status: 'clean',
      findings: [{ suppressedBy: { ruleId: 'r' }, unseen: true }],
    });
    expect(keep(scan(untold), muted)).toMatchObject({ status: 'drifted' });
    expect(keep(scan(untold), scan(open), options)).toMatchObject({
      status: 'clean',
    });
  });

  it('holds fields that a rule set aside', () => {
    const rule = { id: 'r', reason: 'Known.', path: '/size' };
    const options = { ignoreRules: [rule] };
    const both = scan({ publicAccess: true, size: 'db.r5.large' }, options);
    expect(pathsOf(both)).toEqual([['/publicAccess']]);
    const kept = keep(
      scan({ publicAccess: undefined, size: undefined }),
      both,
      options,
    );
    expect(kept.findings).toHaveLength(1);
    expect(unmuted(kept.findings[0]).fields).toEqual([
      expect.objectContaining({ path: '/publicAccess', unseen: true }),
      expect.objectContaining({ path: '/size', unseen: true }),
    ]);
    expect(kept.findings[0].fingerprint).toBe(both.findings[0].fingerprint);
  });

  it('is accepted as what it was', () => {
    const [{ fingerprint }] = scan(open).findings;
    const accepted = {
      id: 'a',
      fingerprint,
      by: 'user:default/ada',
      reason: 'Until the move.',
      expiresAt: '2026-12-01T00:00:00Z',
    };
    const at = (now: string) => ({
      acknowledgements: [accepted],
      now: new Date(now),
    });
    const before = scan(open, at('2026-11-22T00:00:00Z'));
    expect(before.status).toBe('clean');
    expect(
      keep(scan(untold), before, at('2026-11-23T00:00:00Z')),
    ).toMatchObject({
      status: 'clean',
      findings: [{ acknowledgement: { id: 'a' } }],
    });
    expect(keep(scan(untold), before, at('2026-12-02T00:00:00Z')).status).toBe(
      'drifted',
    );
  });

  it('leaves a resource that was missing, and is there now, alone', () => {
    const missing = assess(compareCloud({ desired: [desired], live: [] }));
    expect(missing.findings).toHaveLength(1);
    const report = scan(untold);
    expect(keep(report, missing)).toBe(report);
  });

  it('leaves a resource that nobody desired, and somebody desires now, alone', () => {
    const live = { ...desired, properties: open } as LiveCloudResource;
    const unmanaged = assess(
      compareCloud({ desired: [], live: [live], listed: [desired] }),
    );
    expect(pathsOf(unmanaged)).toEqual([['/publicAccess']]);
    const report = scan(untold);
    expect(keep(report, unmanaged)).toBe(report);
  });

  it('leaves a resource that is gone to the scan that saw that', () => {
    const gone = assess(compareCloud({ desired: [desired], live: [] }));
    const report = {
      ...gone,
      blindSpots: scan(untold).blindSpots,
    };
    expect(keep(report, scan(open))).toBe(report);
  });

  it('leaves what is no verdict as it is', () => {
    const report = scan(untold);
    for (const each of [
      { ...report, complete: false },
      { ...report, error: 'It failed.' },
    ]) {
      expect(keep(each, scan(open))).toBe(each);
    }
  });

  it('keeps all of a resource of which nothing was seen', () => {
    const spot = (address: string): BlindSpot => ({
      scope: address,
      reason: 'Nobody could look.',
      address,
    });
    const before = scan(open);
    const [{ address }] = before.findings;
    const empty = scan({});
    const report = { ...empty, blindSpots: [spot(address)] };
    expect(keep(report, before)).toMatchObject({
      status: 'drifted',
      findings: [{ address, unseen: true }],
    });
    const other = { ...empty, blindSpots: [spot('AWS::RDS::DBInstance/x')] };
    expect(keep(other, before)).toBe(other);
    const seen = { ...scan({ size: 'x' }), blindSpots: [spot(address)] };
    expect(keep(seen, before)).toBe(seen);
  });

  it('judges by the built-in rules where no others are given', () => {
    const before = scan({ publicAccess: true, size: 'db.r5.large' });
    expect(keepUnseen({ report: scan(untold), open: before.findings })).toEqual(
      keep(scan(untold), before),
    );
    const [muted] = scan(open).findings;
    const suppressedBy = { ruleId: 'r', reason: 'Known.' };
    expect(
      keepUnseen({
        report: scan(untold),
        open: [{ ...muted, suppressedBy }],
      }),
    ).toMatchObject({ status: 'clean', findings: [{ suppressedBy }] });
  });

  it('goes by parts of values, not by parts of names', () => {
    const field = (path: string) => ({ path, desired: 1, actual: 2 });
    const [finding] = scan(open).findings;
    const before = [{ ...finding, fields: ['/a/b', '/ab', '/c'].map(field) }];
    const report = scan({});
    const blind = (fields: string[]) =>
      pathsOf(
        keep(
          {
            ...report,
            blindSpots: [
              {
                scope: 'x',
                reason: 'Untold.',
                address: finding.address,
                fields,
              },
            ],
          },
          before,
        ),
      );
    expect(blind(['/a'])).toEqual([['/a/b']]);
    expect(blind(['/c/d'])).toEqual([['/c']]);
    expect(blind(['/a/x', '/b'])).toEqual([]);
  });
});

describe('a blind spot', () => {
  const [finding] = scan({ publicAccess: true }).findings;
  const { address } = finding;
  const [gone] = assess(
    compareCloud({ desired: [desired], live: [] }),
  ).findings;
  const [muted] = scan(
    { publicAccess: true, size: 'db.t4g.large' },
    { ignoreRules: [{ id: 'r', reason: 'Known', path: '/publicAccess' }] },
  ).findings;

  it.each<[string, Parameters<typeof hidesFinding>, boolean]>([
    ['the whole resource', [{ address }, finding], true],
    ['the whole of one that is gone', [{ address }, gone], true],
    ['another resource', [{ address: `${address}2` }, finding], false],
    ['nothing that has an address', [{}, finding], false],
    ['the field', [{ address, fields: ['/publicAccess'] }, finding], true],
    ['a part of it', [{ address, fields: ['/publicAccess/a'] }, finding], true],
    ['another field', [{ address, fields: ['/size'] }, finding], false],
    ['a longer name', [{ address, fields: ['/publicAcc'] }, finding], false],
    ['a muted field', [{ address, fields: ['/publicAccess'] }, muted], true],
    ['fields of one that is gone', [{ address, fields: [''] }, gone], false],
  ])('about %s', (_, [spot, of], hides) => {
    expect(hidesFinding(spot, of)).toBe(hides);
    expect(muted.fields).toMatchObject([{ path: '/size' }]);
  });
});
