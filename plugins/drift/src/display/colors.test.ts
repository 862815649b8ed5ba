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

import { palettes } from '@backstage/theme';
import { getContrastRatio } from '@material-ui/core/styles';
import { readableOn, tintOn } from './colors';

describe('readableOn', () => {
  it.each(['light', 'dark'] as const)(
    'makes every status colour of the %s theme readable as text (WCAG AA)',
    name => {
      const { background, status } = palettes[name];
      for (const color of Object.values(status)) {
        for (const below of Object.values(background)) {
          expect(
            getContrastRatio(readableOn(below, color), below),
          ).toBeGreaterThanOrEqual(4.5);
        }
      }
    },
  );

  it.each(['light', 'dark'] as const)(
    'keeps text readable on its own tint in the %s theme',
    name => {
      const { background, status } = palettes[name];
      for (const color of Object.values(status)) {
        expect(
          getContrastRatio(
            readableOn(background.paper, color),
            tintOn(background.paper, color),
          ),
        ).toBeGreaterThanOrEqual(4.5);
      }
    },
  );

  it('keeps a colour that is readable already', () => {
    expect(readableOn('#ffffff', '#1F5493')).toBe('#1F5493');
  });
});
