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
import { ComponentProps } from 'react';
import { PageButtons } from './PageButtons';

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'flex',
      justifyContent: 'flex-end',
      padding: theme.spacing(1),
    },
  }),
  { name: 'DriftPageFoot' },
);

/** Turns the pages of a list; not there while one page holds all. */
export function PageFoot(
  props: ComponentProps<typeof PageButtons> & {
    /** Names the landmark that it is with a name. */
    label?: string;
  },
) {
  const { label, ...pages } = props;
  const classes = useStyles();
  if (pages.page <= 0 && pages.totalItems <= pages.pageSize) {
    return null;
  }
  const Root = label ? 'nav' : 'div';
  return (
    <Root className={classes.root} aria-label={label}>
      <PageButtons {...pages} />
    </Root>
  );
}
