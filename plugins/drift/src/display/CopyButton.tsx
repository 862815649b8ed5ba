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

import IconButton from '@material-ui/core/IconButton';
import Tooltip from '@material-ui/core/Tooltip';
import CheckIcon from '@material-ui/icons/Check';
import FileCopyIcon from '@material-ui/icons/FileCopyOutlined';
import { useState } from 'react';
import useCopyToClipboard from 'react-use/esm/useCopyToClipboard';
import useTimeoutFn from 'react-use/esm/useTimeoutFn';
import { Hidden } from './Hidden';

const DONE_SHOWN_MS = 2_000;

/** Copies a text and says so. */
export function CopyButton(props: {
  text: string;
  label: string;
  done: string;
}) {
  const { text, label, done } = props;
  const [, copy] = useCopyToClipboard();
  const [copied, setCopied] = useState(false);
  const [, , forget] = useTimeoutFn(() => setCopied(false), DONE_SHOWN_MS);
  return (
    <>
      <Tooltip title={copied ? done : label}>
        <IconButton
          size="small"
          aria-label={label}
          onClick={() => {
            copy(text);
            setCopied(true);
            forget();
          }}
        >
          {copied ? (
            <CheckIcon fontSize="inherit" aria-hidden />
          ) : (
            <FileCopyIcon fontSize="inherit" aria-hidden />
          )}
        </IconButton>
      </Tooltip>
      <Hidden live>{copied ? done : ''}</Hidden>
    </>
  );
}
