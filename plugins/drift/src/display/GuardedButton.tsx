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

import Button, { ButtonProps } from '@material-ui/core/Button';
import CircularProgress from '@material-ui/core/CircularProgress';
import { makeStyles } from '@material-ui/core/styles';
import Tooltip from '@material-ui/core/Tooltip';

const useStyles = makeStyles(
  { off: { opacity: 0.5, cursor: 'default' } },
  { name: 'DriftGuardedButton' },
);

/**
 * A button that says why it cannot be used. It is never `disabled`: the reason
 * stays reachable with keyboard and screen reader.
 */
export function GuardedButton(
  props: Pick<
    ButtonProps,
    'variant' | 'color' | 'size' | 'startIcon' | 'className'
  > & {
    label: string;
    /** What readers say, where the label alone does not tell which one. */
    name?: string;
    /** One sentence; the button does nothing while it is set. */
    forbidden?: string;
    busy?: boolean;
    onClick(): void;
  },
) {
  const { label, name, forbidden, busy, onClick, startIcon, ...look } = props;
  const classes = useStyles();
  const off = busy || forbidden !== undefined;
  return (
    <Tooltip title={forbidden ?? ''}>
      <Button
        {...look}
        aria-label={forbidden ? `${name ?? label}. ${forbidden}` : name}
        aria-disabled={off || undefined}
        aria-busy={busy || undefined}
        className={[look.className, off && classes.off]
          .filter(Boolean)
          .join(' ')}
        startIcon={
          busy ? (
            <CircularProgress size={16} color="inherit" aria-hidden />
          ) : (
            startIcon
          )
        }
        onClick={() => {
          if (!off) {
            onClick();
          }
        }}
      >
        {label}
      </Button>
    </Tooltip>
  );
}
