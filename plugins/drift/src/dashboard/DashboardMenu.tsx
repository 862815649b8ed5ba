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
import IconButton from '@material-ui/core/IconButton';
import ListItemIcon from '@material-ui/core/ListItemIcon';
import Menu from '@material-ui/core/Menu';
import MenuItem from '@material-ui/core/MenuItem';
import Tooltip from '@material-ui/core/Tooltip';
import MoreVertIcon from '@material-ui/icons/MoreVert';
import SendIcon from '@material-ui/icons/Send';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { deliveriesRouteRef } from '../routes';
import { driftTranslationRef } from '../translation';

/** The lesser actions of the dashboard; nothing for whoever may do none of them. */
export function DashboardMenu() {
  const { t } = useTranslationRef(driftTranslationRef);
  const deliveriesPath = useRouteRef(deliveriesRouteRef)();
  const permission = usePermission({
    permission: driftDeliveryManagePermission,
  });
  const [anchor, setAnchor] = useState<HTMLElement>();
  const close = () => setAnchor(undefined);

  if (!permission.allowed) {
    return null;
  }
  return (
    <>
      <Tooltip title={t('table.more')}>
        <IconButton
          size="small"
          aria-label={t('table.more')}
          aria-haspopup="menu"
          aria-expanded={anchor !== undefined}
          onClick={event => setAnchor(event.currentTarget)}
        >
          <MoreVertIcon aria-hidden />
        </IconButton>
      </Tooltip>
      <Menu
        open={anchor !== undefined}
        anchorEl={anchor}
        onClose={close}
        getContentAnchorEl={null}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
      >
        <MenuItem component={Link} to={deliveriesPath} onClick={close}>
          <ListItemIcon>
            <SendIcon fontSize="small" aria-hidden />
          </ListItemIcon>
          {t('deliveries.menu')}
        </MenuItem>
      </Menu>
    </>
  );
}
