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
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { ReactNode } from 'react';

const useStyles = makeStyles(
  theme => ({
    root: { height: '100%', padding: theme.spacing(1.5, 2) },
    title: {
      fontSize: theme.typography.pxToRem(14),
      fontWeight: 600,
      marginBottom: theme.spacing(1),
    },
  }),
  { name: 'DriftTile' },
);

/** A titled box above the table. */
export function Tile(props: { title: string; children: ReactNode }) {
  const classes = useStyles();
  return (
    <Paper
      component="section"
      className={classes.root}
      elevation={1}
      aria-label={props.title}
    >
      <Typography component="h3" className={classes.title}>
        {props.title}
      </Typography>
      {props.children}
    </Paper>
  );
}
