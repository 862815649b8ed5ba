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

import { BadgeState, renderBadge } from './renderBadge';

it.each<[BadgeState, string]>([
  [{ status: 'clean', risk: 'none', drifted: 0 }, 'clean'],
  [{ status: 'pending', risk: 'none', drifted: 0 }, 'pending'],
  [{ status: 'drifted', risk: 'high', drifted: 3 }, '3 drifted, high'],
  [{ status: 'error', risk: 'none', drifted: 0 }, 'scan failed'],
  [{ status: 'error', risk: 'low', drifted: 1 }, 'scan failed, low before'],
  [{ status: 'unknown', risk: 'none', drifted: 0 }, 'not scanned'],
])('says in words what %j is', (state, words) => {
  const { svg } = renderBadge(state);
  expect(svg).toContain(`aria-label="drift: ${words}"`);
  expect(svg).toContain(`<title>drift: ${words}</title>`);
  expect(svg).toContain(`>${words}</text>`);
  expect(svg).toContain('role="img"');
});

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5]
    .map(start => parseInt(colour.slice(start, start + 2), 16) / 255)
    .map(value =>
      value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
    );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

it('is readable: white on every colour has a contrast of 4.5 and more', () => {
  const states: BadgeState[] = [
    ...(['clean', 'pending', 'error', 'unknown'] as const).map(status => ({
      status,
      risk: 'none' as const,
      drifted: 0,
    })),
    ...(['low', 'medium', 'high', 'critical'] as const).map(risk => ({
      status: 'drifted' as const,
      risk,
      drifted: 1,
    })),
  ];
  for (const state of states) {
    const colours = [
      ...renderBadge(state).svg.matchAll(/fill="(#[0-9a-f]{6})"/g),
    ].map(([, colour]) => colour);
    expect(colours).toHaveLength(2);
    for (const colour of colours) {
      const contrast = 1.05 / (luminance(colour) + 0.05);
      expect({ state, colour, enough: contrast >= 4.5 }).toEqual({
        state,
        colour,
        enough: true,
      });
    }
  }
});

it('has another ETag when it looks different, and the same otherwise', () => {
  const state: BadgeState = { status: 'drifted', risk: 'high', drifted: 3 };
  expect(renderBadge(state).etag).toBe(renderBadge({ ...state }).etag);
  expect(renderBadge(state).etag).not.toBe(
    renderBadge({ ...state, drifted: 4 }).etag,
  );
});
