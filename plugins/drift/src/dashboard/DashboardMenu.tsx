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
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { usePermission } from '@backstage/plugin-permission-react';
import { driftDeliveryManagePermission } from '@infra-hub/backstage-plugin-drift-common';
import ListItemIcon from '@material-ui/core/ListItemIcon';
import MenuItem from '@material-ui/core/MenuItem';
import SendIcon from '@material-ui/icons/Send';
import { Link } from 'react-router-dom';
import { MoreMenu } from '../display';
import { deliveriesRouteRef } from '../routes';
import { driftTranslationRef } from '../translation';

/** The lesser actions of the dashboard; nothing for whoever may do none of them. */
export function DashboardMenu() {
  const { t } = useTranslationRef(driftTranslationRef);
  const deliveriesPath = useRouteRef(deliveriesRouteRef)();
  const permission = usePermission({
    permission: driftDeliveryManagePermission,
  });

  if (!permission.allowed) {
    return null;
  }
  return (
    <MoreMenu label={t('table.more')}>
      {close => (
        <MenuItem component={Link} to={deliveriesPath} onClick={close}>
          <ListItemIcon>
            <SendIcon fontSize="small" aria-hidden />
          </ListItemIcon>
          {t('deliveries.menu')}
        </MenuItem>
      )}
    </MoreMenu>
  );
}
