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
import { usePermission } from '@backstage/plugin-permission-react';
import { driftDeliveryManagePermission } from '@infra-hub/backstage-plugin-drift-common';
import ListItemIcon from '@material-ui/core/ListItemIcon';
import MenuItem from '@material-ui/core/MenuItem';
import BuildIcon from '@material-ui/icons/Build';
import GavelIcon from '@material-ui/icons/Gavel';
import NotificationsOffIcon from '@material-ui/icons/NotificationsOff';
import SendIcon from '@material-ui/icons/Send';
import SnoozeIcon from '@material-ui/icons/Snooze';
import { ReactElement } from 'react';
import { Link } from 'react-router-dom';
import { MoreMenu } from '../display';
import {
  acknowledgementsRouteRef,
  deliveriesRouteRef,
  ignoreRulesRouteRef,
  policiesRouteRef,
  remediationsRouteRef,
} from '../routes';
import { useDriftTranslation } from '../useDriftTranslation';

interface Entry {
  path: string;
  label: string;
  icon: ReactElement;
}

/** The ways from the dashboard to the lesser pages. */
export function DashboardMenu() {
  const { t } = useDriftTranslation();
  const deliveries = useRouteRef(deliveriesRouteRef)();
  const mayManageDeliveries = usePermission({
    permission: driftDeliveryManagePermission,
  }).allowed;
  const entries: Entry[] = [
    {
      path: useRouteRef(remediationsRouteRef)(),
      label: t('remediations.menu'),
      icon: <BuildIcon fontSize="small" aria-hidden />,
    },
    {
      path: useRouteRef(acknowledgementsRouteRef)(),
      label: t('acknowledgements.menu'),
      icon: <SnoozeIcon fontSize="small" aria-hidden />,
    },
    {
      path: useRouteRef(ignoreRulesRouteRef)(),
      label: t('ignoreRules.menu'),
      icon: <NotificationsOffIcon fontSize="small" aria-hidden />,
    },
    {
      path: useRouteRef(policiesRouteRef)(),
      label: t('policies.menu'),
      icon: <GavelIcon fontSize="small" aria-hidden />,
    },
  ];
  if (mayManageDeliveries) {
    entries.push({
      path: deliveries,
      label: t('deliveries.menu'),
      icon: <SendIcon fontSize="small" aria-hidden />,
    });
  }
  return (
    <MoreMenu label={t('table.more')}>
      {close =>
        entries.map(({ path, label, icon }) => (
          <MenuItem key={path} component={Link} to={path} onClick={close}>
            <ListItemIcon>{icon}</ListItemIcon>
            {label}
          </MenuItem>
        ))
      }
    </MoreMenu>
  );
}
