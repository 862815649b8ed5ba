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
import { CopyButton } from './CopyButton';

const useStyles = makeStyles(
  theme => ({
    root: { position: 'relative', margin: theme.spacing(1, 0) },
    code: {
      margin: 0,
      padding: theme.spacing(1.5),
      paddingRight: theme.spacing(6),
      whiteSpace: 'pre-wrap',
      overflowWrap: 'anywhere',
      borderRadius: theme.shape.borderRadius,
      backgroundColor: theme.palette.action.hover,
      fontFamily: 'monospace',
      fontSize: theme.typography.pxToRem(13),
      lineHeight: 1.5,
    },
    copy: { position: 'absolute', top: 4, right: 4 },
  }),
  { name: 'DriftSnippet' },
);

/** Text to be copied somewhere else. */
export function Snippet(props: { text: string; label: string; done: string }) {
  const { text, label, done } = props;
  const classes = useStyles();
  return (
    <div className={classes.root}>
      <pre className={classes.code}>{text}</pre>
      <div className={classes.copy}>
        <CopyButton text={text} label={label} done={done} />
      </div>
    </div>
  );
}
