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
import { TargetStatus } from '@infra-hub/backstage-plugin-drift-common';
import { useTheme } from '@material-ui/core/styles';
import CancelIcon from '@material-ui/icons/Cancel';
import CheckCircleIcon from '@material-ui/icons/CheckCircleOutline';
import HelpIcon from '@material-ui/icons/HelpOutline';
import HourglassIcon from '@material-ui/icons/HourglassEmpty';
import ScheduleIcon from '@material-ui/icons/Schedule';
import SyncProblemIcon from '@material-ui/icons/SyncProblem';
import { ReactElement } from 'react';
import { useDriftTranslation } from '../useDriftTranslation';
import { statusColor } from './colors';
import { Mark } from './Mark';

/** One icon per status. */
export const STATUS_ICONS: Record<TargetStatus, ReactElement> = {
  clean: <CheckCircleIcon aria-hidden />,
  drifted: <SyncProblemIcon aria-hidden />,
  pending: <HourglassIcon aria-hidden />,
  error: <CancelIcon aria-hidden />,
  unknown: <HelpIcon aria-hidden />,
};

/** The status of a target. */
export function StatusMark(props: { status: TargetStatus }) {
  const { status } = props;
  const theme = useTheme<BackstageTheme>();
  const { t } = useDriftTranslation();
  return (
    <Mark
      color={statusColor(theme, status)}
      icon={STATUS_ICONS[status]}
      hint={status === 'pending' ? t('status.pendingHint') : undefined}
    >
      {t(`status.${status}`)}
    </Mark>
  );
}

/** Says that a verdict is old. */
export function StaleMark() {
  const theme = useTheme<BackstageTheme>();
  const { t } = useDriftTranslation();
  return (
    <Mark
      color={theme.palette.status.warning}
      icon={<ScheduleIcon aria-hidden />}
      hint={t('status.staleHint')}
    >
      {t('status.stale')}
    </Mark>
  );
}
