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

import { BackstageTheme } from '@backstage/theme';
import {
  darken,
  decomposeColor,
  getContrastRatio,
  hexToRgb,
  lighten,
} from '@material-ui/core/styles';
import { Risk, TargetStatus } from '@infra-hub/backstage-plugin-drift-common';

/** WCAG AA asks for 4.5; the rest is for text on a light tint of the same colour. */
const TEXT_CONTRAST = 5.5;
const STEP = 0.04;

/**
 * The colour itself where it can be read on the background, else the nearest
 * darker or lighter one that can.
 */
export function readableOn(background: string, color: string): string {
  const shift = getContrastRatio('#fff', background) > 4 ? lighten : darken;
  let readable = color;
  for (
    let amount = STEP;
    amount <= 1 && getContrastRatio(readable, background) < TEXT_CONTRAST;
    amount += STEP
  ) {
    readable = shift(color, amount);
  }
  return readable;
}

/** How much of a colour its light tint takes. */
const TINT = 0.1;

/**
 * A light tint of the colour that hides what is below it, so that text on it is
 * as readable anywhere as on the background.
 */
export function tintOn(background: string, color: string): string {
  const [below, above] = [background, color].map(
    each => decomposeColor(hexToRgb(each)).values,
  );
  const mixed = below
    .slice(0, 3)
    .map((value, part) => Math.round(value + (above[part] - value) * TINT));
  return `rgb(${mixed.join(', ')})`;
}

type StatusColor = keyof BackstageTheme['palette']['status'];

const STATUS_COLORS: Record<TargetStatus, StatusColor> = {
  clean: 'ok',
  drifted: 'warning',
  pending: 'running',
  error: 'error',
  unknown: 'aborted',
};

const RISK_COLORS: Record<Risk, StatusColor> = {
  none: 'aborted',
  low: 'running',
  medium: 'pending',
  high: 'warning',
  critical: 'error',
};

/** Colour of a status for areas and icons. */
export function statusColor(
  theme: BackstageTheme,
  status: TargetStatus,
): string {
  return theme.palette.status[STATUS_COLORS[status]];
}

/** Colour of a risk for areas and icons. */
export function riskColor(theme: BackstageTheme, risk: Risk): string {
  return theme.palette.status[RISK_COLORS[risk]];
}
