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

import {
  PolicyMode,
  RemediationPolicy,
  ResourceChange,
  Severity,
} from '@infra-hub/backstage-plugin-drift-common';
import Button from '@material-ui/core/Button';
import Checkbox from '@material-ui/core/Checkbox';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import FormControl from '@material-ui/core/FormControl';
import FormControlLabel from '@material-ui/core/FormControlLabel';
import FormGroup from '@material-ui/core/FormGroup';
import FormHelperText from '@material-ui/core/FormHelperText';
import FormLabel from '@material-ui/core/FormLabel';
import Radio from '@material-ui/core/Radio';
import RadioGroup from '@material-ui/core/RadioGroup';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import { useState } from 'react';
import { GuardedButton } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';
import {
  findPolicyProblems,
  hasProblems,
  PolicyValues,
  toPolicy,
  toPolicyValues,
} from './policyForm';
import { REPAIR_WORDS } from './usePolicyWords';
import { WindowFields } from './WindowFields';

const MODES: PolicyMode[] = ['alert', 'auto', 'review'];
const SEVERITIES: Severity[] = ['low', 'medium', 'high', 'critical'];
/** Repairs that there are; others are kept where a policy names them. */
const REPAIRS: ResourceChange[] = [
  'update',
  'create',
  'delete',
  'replace',
  'forget',
  'unknown',
];
const DESTRUCTIVE: ResourceChange[] = ['delete', 'replace'];

const LONGEST_REASON = 500;
const LONGEST_FIELD = 255;

const useStyles = makeStyles(
  theme => ({
    content: { display: 'grid', gap: theme.spacing(2.5), minWidth: 0 },
    grid: {
      display: 'grid',
      gridTemplateColumns: 'repeat(auto-fit, minmax(min(240px, 100%), 1fr))',
      gap: theme.spacing(2),
      alignItems: 'start',
    },
    wide: { gridColumn: '1 / -1' },
    fieldset: { border: 0, margin: 0, padding: 0, minWidth: 0 },
    legend: {
      padding: 0,
      marginBottom: theme.spacing(1.5),
      fontWeight: 700,
      fontSize: theme.typography.pxToRem(16),
    },
    modes: { marginTop: theme.spacing(1) },
    mode: { alignItems: 'flex-start', marginBottom: theme.spacing(0.5) },
    modeBox: { padding: theme.spacing(0.25, 1) },
    rows: { display: 'grid', gap: theme.spacing(2), minWidth: 0 },
  }),
  { name: 'DriftPolicyForm' },
);

type TextValue = 'client' | 'target' | 'source' | 'resourceType';

const TEXT_FIELDS: TextValue[] = ['client', 'target', 'source', 'resourceType'];

/** In code, not in words: they are the same in every language. */
const EXAMPLES: Record<TextValue, string> = {
  client: 'acme',
  target: 'tf-sandbox-*',
  source: 'terraform',
  resourceType: 'azurerm_*',
};

function Boxes<T extends string>(props: {
  title: string;
  help: string;
  choices: readonly T[];
  chosen: readonly T[];
  nameOf(choice: T): string;
  onChange(chosen: T[]): void;
}) {
  const { title, help, choices, chosen, nameOf, onChange } = props;
  return (
    <FormControl component="fieldset">
      <FormLabel component="legend">{title}</FormLabel>
      <FormGroup row>
        {choices.map(choice => (
          <FormControlLabel
            key={choice}
            control={
              <Checkbox
                size="small"
                color="primary"
                checked={chosen.includes(choice)}
                onChange={(_event, checked) =>
                  onChange(
                    choices.filter(each =>
                      each === choice ? checked : chosen.includes(each),
                    ),
                  )
                }
              />
            }
            label={nameOf(choice)}
          />
        ))}
      </FormGroup>
      <FormHelperText>{help}</FormHelperText>
    </FormControl>
  );
}

function Advice(props: { values: PolicyValues }) {
  const { mode, change, client, target, source } = props.values;
  const { t } = useDriftTranslation();
  if (mode !== 'auto') {
    return null;
  }
  const destroys = change.some(each => DESTRUCTIVE.includes(each));
  return (
    <>
      <Alert severity={destroys ? 'warning' : 'info'}>
        {destroys ? t('policies.autoDestroys') : t('policies.autoNever')}
      </Alert>
      {!client.trim() && !target.trim() && !source.trim() && (
        <Alert severity="warning">{t('policies.autoEverything')}</Alert>
      )}
    </>
  );
}

/** Writes a policy. */
export function PolicyForm(props: {
  /** What the form begins with. */
  initial: Partial<RemediationPolicy>;
  /** The policy exists already: its id stays. */
  exists: boolean;
  /** Ids of other policies. */
  taken: readonly string[];
  forbidden: string | undefined;
  onClose(): void;
  /** @throws when it could not be saved; the message is shown */
  onSave(policy: RemediationPolicy): Promise<void>;
}) {
  const { initial, exists, taken, forbidden, onClose, onSave } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const [values, setValues] = useState(() => toPolicyValues(initial));
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState<string>();
  const problems = findPolicyProblems(values, { taken });
  const change = (part: Partial<PolicyValues>) =>
    setValues(old => ({ ...old, ...part }));
  const idProblem = values.id !== '' ? problems.id : undefined;

  const save = async () => {
    setSaving(true);
    setProblem(undefined);
    try {
      await onSave(toPolicy(values));
    } catch (error) {
      setSaving(false);
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };

  return (
    <>
      <DialogContent dividers className={classes.content}>
        {forbidden && <Alert severity="info">{forbidden}</Alert>}
        <div className={classes.grid}>
          <TextField
            id="drift-policy-id"
            label={t('policies.id')}
            value={values.id}
            required
            fullWidth
            variant="outlined"
            size="small"
            disabled={exists}
            error={idProblem !== undefined}
            helperText={t(
              `policies.${idProblem ?? (exists ? 'idFixed' : 'idHelp')}`,
            )}
            inputProps={{ maxLength: 100, spellCheck: false }}
            onChange={event => change({ id: event.target.value })}
          />
          <TextField
            id="drift-policy-reason"
            label={t('policies.reason')}
            value={values.reason}
            fullWidth
            multiline
            variant="outlined"
            size="small"
            helperText={t('policies.reasonHelp')}
            inputProps={{ maxLength: LONGEST_REASON }}
            onChange={event => change({ reason: event.target.value })}
          />
        </div>
        <FormControl component="fieldset">
          <FormLabel component="legend">{t('policies.mode')}</FormLabel>
          <RadioGroup
            name="drift-policy-mode"
            className={classes.modes}
            value={values.mode}
            onChange={event =>
              change({
                mode:
                  MODES.find(each => each === event.target.value) ?? 'alert',
              })
            }
          >
            {MODES.map(mode => (
              <FormControlLabel
                key={mode}
                value={mode}
                className={classes.mode}
                control={
                  <Radio
                    color="primary"
                    size="small"
                    className={classes.modeBox}
                  />
                }
                label={
                  <>
                    <strong>{t(`policies.${mode}`)}</strong>
                    {': '}
                    {t(`policies.${mode}Hint`)}
                  </>
                }
              />
            ))}
          </RadioGroup>
        </FormControl>
        <fieldset className={classes.fieldset}>
          <legend className={classes.legend}>{t('policies.scopeTitle')}</legend>
          <div className={classes.rows}>
            <Typography variant="body2" color="textSecondary">
              {t('policies.scopeHelp')}
            </Typography>
            <div className={classes.grid}>
              {TEXT_FIELDS.map(field => (
                <TextField
                  key={field}
                  id={`drift-policy-${field}`}
                  label={t(`policies.${field}`)}
                  value={values[field]}
                  fullWidth
                  variant="outlined"
                  size="small"
                  placeholder={t('policies.example', {
                    example: EXAMPLES[field],
                  })}
                  InputLabelProps={{ shrink: true }}
                  helperText={t(`policies.${field}Help`)}
                  inputProps={{ maxLength: LONGEST_FIELD, spellCheck: false }}
                  onChange={event => change({ [field]: event.target.value })}
                />
              ))}
            </div>
            <Boxes
              title={t('policies.severity')}
              help={t('policies.anyHelp')}
              choices={SEVERITIES}
              chosen={values.severity}
              nameOf={severity => t(`risk.${severity}`)}
              onChange={severity => change({ severity })}
            />
            <Boxes
              title={t('policies.change')}
              help={t('policies.anyHelp')}
              choices={[
                ...REPAIRS,
                ...(initial.change ?? []).filter(
                  each => !REPAIRS.includes(each),
                ),
              ]}
              chosen={values.change}
              nameOf={each => t(REPAIR_WORDS[each])}
              onChange={each => change({ change: each })}
            />
            <Advice values={values} />
          </div>
        </fieldset>
        <fieldset className={classes.fieldset}>
          <legend className={classes.legend}>
            {t('policies.limitsTitle')}
          </legend>
          <div className={classes.rows}>
            <WindowFields
              windows={values.windows}
              problems={problems.windows}
              onChange={windows => change({ windows })}
            />
            <div className={classes.grid}>
              <TextField
                id="drift-policy-limit"
                label={t('policies.limitPerDay')}
                value={values.limitPerDay}
                fullWidth
                variant="outlined"
                size="small"
                error={problems.limitPerDay !== undefined}
                helperText={t(
                  `policies.${problems.limitPerDay ?? 'limitPerDayHelp'}`,
                )}
                inputProps={{ inputMode: 'numeric', maxLength: 6 }}
                onChange={event => change({ limitPerDay: event.target.value })}
              />
              <FormControl>
                <FormControlLabel
                  control={
                    <Checkbox
                      size="small"
                      color="primary"
                      checked={values.dryRun}
                      onChange={(_event, dryRun) => change({ dryRun })}
                    />
                  }
                  label={t('policies.dryRun')}
                />
                <FormHelperText>{t('policies.dryRunHint')}</FormHelperText>
              </FormControl>
            </div>
          </div>
        </fieldset>
        {problem && <Alert severity="error">{problem}</Alert>}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose} disabled={saving}>
          {t('policies.cancel')}
        </Button>
        <GuardedButton
          variant="contained"
          color="primary"
          label={t('policies.save')}
          busy={saving}
          forbidden={
            forbidden ??
            (hasProblems(problems) ? t('policies.saveIncomplete') : undefined)
          }
          onClick={save}
        />
      </DialogActions>
    </>
  );
}
