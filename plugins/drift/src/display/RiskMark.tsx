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
import { Risk } from '@infra-hub/backstage-plugin-drift-common';
import { useTheme } from '@material-ui/core/styles';
import ArrowDownwardIcon from '@material-ui/icons/ArrowDownward';
import ErrorIcon from '@material-ui/icons/Error';
import RemoveIcon from '@material-ui/icons/Remove';
import ReportIcon from '@material-ui/icons/Report';
import WarningIcon from '@material-ui/icons/Warning';
import { ReactElement } from 'react';
import { useDriftTranslation } from '../useDriftTranslation';
import { riskColor } from './colors';
import { Mark } from './Mark';

/** One icon per risk. */
export const RISK_ICONS: Record<Risk, ReactElement> = {
  none: <RemoveIcon aria-hidden />,
  low: <ArrowDownwardIcon aria-hidden />,
  medium: <ErrorIcon aria-hidden />,
  high: <WarningIcon aria-hidden />,
  critical: <ReportIcon aria-hidden />,
};

/** The risk of a target or the severity of a finding. */
export function RiskMark(props: { risk: Risk }) {
  const { risk } = props;
  const theme = useTheme<BackstageTheme>();
  const { t } = useDriftTranslation();
  return (
    <Mark color={riskColor(theme, risk)} icon={RISK_ICONS[risk]}>
      {t(`risk.${risk}`)}
    </Mark>
  );
}
