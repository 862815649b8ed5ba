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
import { RemediationState } from '@infra-hub/backstage-plugin-drift-common';
import { useTheme } from '@material-ui/core/styles';
import AutorenewIcon from '@material-ui/icons/Autorenew';
import BlockIcon from '@material-ui/icons/Block';
import CancelIcon from '@material-ui/icons/Cancel';
import CheckCircleIcon from '@material-ui/icons/CheckCircleOutline';
import EventBusyIcon from '@material-ui/icons/EventBusy';
import HourglassIcon from '@material-ui/icons/HourglassEmpty';
import PersonIcon from '@material-ui/icons/Person';
import PlayArrowIcon from '@material-ui/icons/PlayArrow';
import SearchIcon from '@material-ui/icons/Search';
import SkipNextIcon from '@material-ui/icons/SkipNext';
import ThumbUpIcon from '@material-ui/icons/ThumbUpOutlined';
import VisibilityIcon from '@material-ui/icons/Visibility';
import { ReactElement } from 'react';
import { Mark } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';
import { useRemediationWords } from './words';

type StatusColor = keyof BackstageTheme['palette']['status'];

const LOOKS: Record<RemediationState, [StatusColor, ReactElement]> = {
  requested: ['running', <SearchIcon aria-hidden />],
  previewed: ['pending', <HourglassIcon aria-hidden />],
  'awaiting-approval': ['warning', <PersonIcon aria-hidden />],
  approved: ['running', <ThumbUpIcon aria-hidden />],
  running: ['running', <PlayArrowIcon aria-hidden />],
  verifying: ['running', <AutorenewIcon aria-hidden />],
  succeeded: ['ok', <CheckCircleIcon aria-hidden />],
  failed: ['error', <CancelIcon aria-hidden />],
  superseded: ['warning', <SkipNextIcon aria-hidden />],
  rejected: ['aborted', <BlockIcon aria-hidden />],
  cancelled: ['aborted', <BlockIcon aria-hidden />],
  expired: ['aborted', <EventBusyIcon aria-hidden />],
  'dry-run': ['aborted', <VisibilityIcon aria-hidden />],
};

const HINTS = {
  superseded: 'remediation.hintSuperseded',
  expired: 'remediation.hintExpired',
  'dry-run': 'remediation.hintDryRun',
} as const;

function isExplained(state: RemediationState): state is keyof typeof HINTS {
  return state in HINTS;
}

/** Where a remediation is in its life. */
export function RemediationStateMark(props: { state: RemediationState }) {
  const { state } = props;
  const { status } = useTheme<BackstageTheme>().palette;
  const { t } = useDriftTranslation();
  const words = useRemediationWords();
  const [color, icon] = LOOKS[state];
  return (
    <Mark
      color={status[color]}
      icon={icon}
      hint={isExplained(state) ? t(HINTS[state]) : undefined}
    >
      {words.state(state)}
    </Mark>
  );
}
