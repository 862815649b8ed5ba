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

import { auditLogWindow } from './auditLogWindow';

const HOUR_MS = 3_600_000;

describe('auditLogWindow', () => {
  const before = new Date('2026-11-20T10:00:00Z');

  it('leaves room for clocks that differ', () => {
    expect(
      auditLogWindow(
        { after: new Date('2026-11-20T09:00:00Z'), before },
        24 * HOUR_MS,
      ),
    ).toEqual({
      from: new Date('2026-11-20T08:58:00Z'),
      to: new Date('2026-11-20T10:02:00Z'),
    });
  });

  it.each([undefined, new Date('2020-01-01T00:00:00Z')])(
    'looks back no longer than it shall, after %s',
    after => {
      expect(auditLogWindow({ after, before }, HOUR_MS)).toEqual({
        from: new Date('2026-11-20T09:02:00Z'),
        to: new Date('2026-11-20T10:02:00Z'),
      });
    },
  );

  it('never ends before it begins', () => {
    const { from, to } = auditLogWindow(
      { after: new Date('2026-11-21T00:00:00Z'), before },
      24 * HOUR_MS,
    );
    expect(from).toEqual(to);
  });
});
