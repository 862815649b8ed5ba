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

import { useRouteRef } from '@backstage/core-plugin-api';
import Button from '@material-ui/core/Button';
import BuildIcon from '@material-ui/icons/Build';
import { Link } from 'react-router-dom';
import { useLive } from '../live';
import { remediationsRouteRef } from '../routes';
import { useDriftTranslation } from '../useDriftTranslation';
import { useRemediationHost } from './RemediationHost';
import { useWaitingCount } from './useWaitingCount';

function Waiting() {
  const { t } = useDriftTranslation();
  const path = useRouteRef(remediationsRouteRef)();
  const { value = 0, reload } = useWaitingCount();
  useLive({
    refresh: reload,
    active: false,
    concerns: ({ type }) => type === 'remediation-changed',
  });
  return (
    <Button
      component={Link}
      to={path}
      variant="outlined"
      startIcon={<BuildIcon aria-hidden />}
      aria-label={
        value > 0 ? t('remediations.menuWaiting', { amount: value }) : undefined
      }
    >
      {value > 0
        ? t('remediations.menuCount', { amount: value })
        : t('remediations.menu')}
    </Button>
  );
}

/** The way to the remediations, with the number that wait for approval; nothing where remediation is off. */
export function WaitingLink() {
  const host = useRemediationHost();
  return host?.status.value?.enabled ? <Waiting /> : null;
}
