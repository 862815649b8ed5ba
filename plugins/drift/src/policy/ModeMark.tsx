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
import { PolicyMode } from '@infra-hub/backstage-plugin-drift-common';
import { useTheme } from '@material-ui/core/styles';
import AutorenewIcon from '@material-ui/icons/Autorenew';
import HowToRegIcon from '@material-ui/icons/HowToReg';
import NotificationsIcon from '@material-ui/icons/Notifications';
import { ReactElement } from 'react';
import { Mark } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';

const LOOKS: Record<
  PolicyMode,
  { icon: ReactElement; color: keyof BackstageTheme['palette']['status'] }
> = {
  alert: { icon: <NotificationsIcon aria-hidden />, color: 'running' },
  auto: { icon: <AutorenewIcon aria-hidden />, color: 'ok' },
  review: { icon: <HowToRegIcon aria-hidden />, color: 'warning' },
};

/** What happens when drift is found. */
export function ModeMark(props: { mode: PolicyMode }) {
  const { mode } = props;
  const theme = useTheme<BackstageTheme>();
  const { t } = useDriftTranslation();
  const { icon, color } = LOOKS[mode];
  return (
    <Mark
      color={theme.palette.status[color]}
      icon={icon}
      hint={t(`policies.${mode}Hint`)}
    >
      {t(`policies.${mode}`)}
    </Mark>
  );
}
