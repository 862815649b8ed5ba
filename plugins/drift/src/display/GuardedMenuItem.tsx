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

import ListItemIcon from '@material-ui/core/ListItemIcon';
import ListItemText from '@material-ui/core/ListItemText';
import MenuItem from '@material-ui/core/MenuItem';
import { makeStyles } from '@material-ui/core/styles';
import { forwardRef, ReactElement } from 'react';

const useStyles = makeStyles(
  theme => ({
    root: { maxWidth: 360, whiteSpace: 'normal' },
    off: { color: theme.palette.text.disabled, cursor: 'default' },
  }),
  { name: 'DriftGuardedMenuItem' },
);

/** An item of a menu that stays in reach and says why it cannot be used. */
export const GuardedMenuItem = forwardRef<
  HTMLLIElement,
  {
    label: string;
    icon: ReactElement;
    /** One sentence; the item does nothing while it is set. */
    forbidden?: string;
    /** Set by the menu, like the one below. */
    tabIndex?: number;
    autoFocus?: boolean;
    onClick(): void;
  }
>((props, ref) => {
  const { label, icon, forbidden, onClick, ...fromMenu } = props;
  const classes = useStyles();
  const off = forbidden !== undefined;
  return (
    <MenuItem
      ref={ref}
      {...fromMenu}
      className={classes.root}
      aria-disabled={off || undefined}
      onClick={() => {
        if (!off) {
          onClick();
        }
      }}
    >
      <ListItemIcon>{icon}</ListItemIcon>
      <ListItemText
        primary={label}
        secondary={forbidden}
        primaryTypographyProps={off ? { className: classes.off } : undefined}
      />
    </MenuItem>
  );
});
GuardedMenuItem.displayName = 'GuardedMenuItem';
