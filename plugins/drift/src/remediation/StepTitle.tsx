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

import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { useLayoutEffect, useRef } from 'react';

const useStyles = makeStyles(
  theme => ({
    root: {
      fontSize: theme.typography.pxToRem(18),
      fontWeight: 700,
      margin: theme.spacing(0, 0, 1),
      '&:focus': { outline: 'none' },
    },
  }),
  { name: 'DriftStepTitle' },
);

/**
 * The heading of a step. Takes the focus when the step comes up, unless
 * something else in the dialog has it: what had it has gone with the step
 * before, or the dialog has just been opened.
 */
export function StepTitle(props: { id?: string; children: string }) {
  const { id, children } = props;
  const classes = useStyles();
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    const dialog = heading.current?.closest('[role="dialog"]');
    // The dialog keeps a lost focus on what is around it.
    if (!dialog?.contains(document.activeElement)) {
      heading.current?.focus();
    }
  }, [children]);
  return (
    <Typography
      component="h3"
      className={classes.root}
      id={id}
      ref={heading}
      tabIndex={-1}
    >
      {children}
    </Typography>
  );
}
