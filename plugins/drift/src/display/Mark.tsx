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
import { makeStyles } from '@material-ui/core/styles';
import Tooltip from '@material-ui/core/Tooltip';
import { ReactElement, ReactNode } from 'react';
import { readableOn, tintOn } from './colors';

const useStyles = makeStyles<BackstageTheme, { color: string }>(
  theme => ({
    root: {
      display: 'inline-flex',
      alignItems: 'center',
      gap: theme.spacing(0.5),
      padding: '2px 8px 2px 6px',
      borderRadius: 12,
      fontSize: theme.typography.pxToRem(13),
      fontWeight: 600,
      lineHeight: 1.4,
      whiteSpace: 'nowrap',
      color: props => readableOn(theme.palette.background.paper, props.color),
      backgroundColor: props =>
        tintOn(theme.palette.background.paper, props.color),
      '& svg': { fontSize: theme.typography.pxToRem(16), flexShrink: 0 },
    },
  }),
  { name: 'DriftMark' },
);

/** Colour, icon and word together. */
export function Mark(props: {
  color: string;
  icon: ReactElement;
  children: ReactNode;
  hint?: string;
}) {
  const classes = useStyles({ color: props.color });
  const mark = (
    <span className={classes.root}>
      {props.icon}
      {props.children}
    </span>
  );
  return props.hint ? <Tooltip title={props.hint}>{mark}</Tooltip> : mark;
}
