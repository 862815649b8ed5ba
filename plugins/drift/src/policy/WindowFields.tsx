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

import { PolicyWindow } from '@infra-hub/backstage-plugin-drift-common';
import IconButton from '@material-ui/core/IconButton';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import AddIcon from '@material-ui/icons/Add';
import DeleteIcon from '@material-ui/icons/Delete';
import { GuardedButton } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';
import { NEW_WINDOW, PolicyProblems } from './policyForm';
import { usePolicyWords } from './usePolicyWords';

const MOST_WINDOWS = 20;

const useStyles = makeStyles(
  theme => ({
    root: { display: 'grid', gap: theme.spacing(1.5), minWidth: 0 },
    window: {
      display: 'flex',
      alignItems: 'flex-start',
      gap: theme.spacing(1),
      padding: theme.spacing(1.5),
      border: `1px solid ${theme.palette.divider}`,
      borderRadius: theme.shape.borderRadius,
    },
    content: {
      flexGrow: 1,
      minWidth: 0,
      display: 'grid',
      gap: theme.spacing(1),
    },
    fields: {
      display: 'grid',
      gridTemplateColumns: 'repeat(auto-fit, minmax(min(150px, 100%), 1fr))',
      gap: theme.spacing(1.5),
      alignItems: 'start',
    },
    words: { overflowWrap: 'anywhere' },
  }),
  { name: 'DriftWindowFields' },
);

const TEXT_FIELDS = ['cron', 'duration', 'timezone'] as const;

/** When a policy allows or denies applying. */
export function WindowFields(props: {
  windows: Required<PolicyWindow>[];
  problems: PolicyProblems['windows'];
  onChange(windows: Required<PolicyWindow>[]): void;
}) {
  const { windows, problems, onChange } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const words = usePolicyWords();
  const changeAt = (at: number, part: Partial<PolicyWindow>) =>
    onChange(
      windows.map((window, index) =>
        index === at ? { ...window, ...part } : window,
      ),
    );
  return (
    <div className={classes.root}>
      <Typography variant="body2" color="textSecondary">
        {t('policies.windowsHelp')}
      </Typography>
      {windows.map((window, index) => {
        const { [index]: wrong = {} } = problems;
        const number = index + 1;
        return (
          <div
            key={number}
            role="group"
            aria-label={t('policies.window', { number })}
            className={classes.window}
          >
            <div className={classes.content}>
              <div className={classes.fields}>
                <TextField
                  select
                  id={`drift-window-kind-${number}`}
                  label={t('policies.kind')}
                  value={window.kind}
                  variant="outlined"
                  size="small"
                  SelectProps={{ native: true }}
                  InputLabelProps={{ shrink: true }}
                  onChange={event =>
                    changeAt(index, {
                      kind: event.target.value === 'deny' ? 'deny' : 'allow',
                    })
                  }
                >
                  <option value="allow">{t('policies.allow')}</option>
                  <option value="deny">{t('policies.deny')}</option>
                </TextField>
                {TEXT_FIELDS.map(field => (
                  <TextField
                    key={field}
                    id={`drift-window-${field}-${number}`}
                    label={t(`policies.${field}`)}
                    value={window[field]}
                    variant="outlined"
                    size="small"
                    InputLabelProps={{ shrink: true }}
                    error={wrong[field] !== undefined}
                    helperText={t(
                      `policies.${wrong[field] ?? (`${field}Help` as const)}`,
                    )}
                    inputProps={{ maxLength: 255, spellCheck: false }}
                    onChange={event =>
                      changeAt(index, { [field]: event.target.value })
                    }
                  />
                ))}
              </div>
              {Object.keys(wrong).length === 0 && (
                <Typography variant="body2" className={classes.words}>
                  {words.window({
                    ...window,
                    timezone: window.timezone.trim() || undefined,
                  })}
                </Typography>
              )}
            </div>
            <IconButton
              size="small"
              aria-label={t('policies.removeWindow', { number })}
              onClick={() =>
                onChange(windows.filter((_window, at) => at !== index))
              }
            >
              <DeleteIcon fontSize="small" aria-hidden />
            </IconButton>
          </div>
        );
      })}
      <div>
        <GuardedButton
          size="small"
          variant="outlined"
          startIcon={<AddIcon aria-hidden />}
          label={t('policies.addWindow')}
          forbidden={
            windows.length >= MOST_WINDOWS
              ? t('policies.windowsMost', { amount: MOST_WINDOWS })
              : undefined
          }
          onClick={() => onChange([...windows, NEW_WINDOW])}
        />
      </div>
    </div>
  );
}
