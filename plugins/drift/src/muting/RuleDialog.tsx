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

import Dialog from '@material-ui/core/Dialog';
import DialogTitle from '@material-ui/core/DialogTitle';
import { Theme } from '@material-ui/core/styles';
import useMediaQuery from '@material-ui/core/useMediaQuery';
import { ReactNode } from 'react';

/** Room for a long form: the whole screen where that is small. */
export function RuleDialog(props: {
  title: string;
  onClose(): void;
  children: ReactNode;
}) {
  const { title, onClose, children } = props;
  const narrow = useMediaQuery<Theme>(theme => theme.breakpoints.down('xs'));
  return (
    <Dialog
      open
      fullWidth
      fullScreen={narrow}
      maxWidth="md"
      onClose={(_event, reason) => {
        // A slip beside the dialog must not lose what was typed.
        if (reason !== 'backdropClick') {
          onClose();
        }
      }}
      aria-labelledby="drift-rule-title"
    >
      <DialogTitle id="drift-rule-title">{title}</DialogTitle>
      {children}
    </Dialog>
  );
}
