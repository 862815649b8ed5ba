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

import Paper from '@material-ui/core/Paper';
import { makeStyles, Theme } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { ReactNode } from 'react';

const useStyles = makeStyles<Theme, { size: 'normal' | 'small' }>(
  theme => ({
    root: {
      minWidth: 0,
      height: props => (props.size === 'small' ? '100%' : 'auto'),
      padding: props =>
        props.size === 'small' ? theme.spacing(1.5, 2) : theme.spacing(2),
    },
    head: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      justifyContent: 'space-between',
      gap: theme.spacing(0.5, 2),
      marginBottom: theme.spacing(1),
    },
    title: {
      fontSize: props =>
        theme.typography.pxToRem(props.size === 'small' ? 14 : 18),
      fontWeight: props => (props.size === 'small' ? 600 : 700),
      margin: 0,
    },
  }),
  { name: 'DriftSection' },
);

/** A titled part of a page; the small size stands in a row of its kind. */
export function Section(props: {
  title: string;
  size?: 'normal' | 'small';
  /** Stands beside the title. */
  action?: ReactNode;
  children: ReactNode;
}) {
  const { title, size = 'normal', action, children } = props;
  const classes = useStyles({ size });
  return (
    <Paper component="section" className={classes.root} aria-label={title}>
      <div className={classes.head}>
        <Typography component="h3" className={classes.title}>
          {title}
        </Typography>
        {action}
      </div>
      {children}
    </Paper>
  );
}
