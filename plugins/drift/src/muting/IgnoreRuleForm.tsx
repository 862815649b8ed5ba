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

import { useApi } from '@backstage/core-plugin-api';
import {
  DriftIgnoreRule,
  IgnoreRuleTest,
  StoredIgnoreRule,
} from '@infra-hub/backstage-plugin-drift-common';
import Button from '@material-ui/core/Button';
import Checkbox from '@material-ui/core/Checkbox';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import FormControlLabel from '@material-ui/core/FormControlLabel';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import { ReactNode, useState } from 'react';
import { driftApiRef } from '../api';
import { GuardedButton, Hidden, problemSentence } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';
import { BackTest } from './BackTest';
import {
  adviceOn,
  findProblems,
  namesAnything,
  readValue,
  RuleScope,
  RuleValues,
  toScope,
  toValues,
} from './ruleForm';
import { useRuleWords } from './useRuleWords';
import { useMayWritePolicies } from './useMay';

const LONGEST_REASON = 1_000;
const LONGEST_FIELD = 500;

const useStyles = makeStyles(
  theme => ({
    content: { display: 'grid', gap: theme.spacing(2), minWidth: 0 },
    grid: {
      display: 'grid',
      gridTemplateColumns: 'repeat(auto-fit, minmax(min(260px, 100%), 1fr))',
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
    advice: { display: 'grid', gap: theme.spacing(1) },
    words: {
      padding: theme.spacing(1, 1.5),
      borderRadius: theme.shape.borderRadius,
      backgroundColor: theme.palette.action.hover,
      overflowWrap: 'anywhere',
    },
    test: { display: 'grid', gap: theme.spacing(1.5), minWidth: 0 },
    testHead: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(1, 2),
    },
  }),
  { name: 'DriftIgnoreRuleForm' },
);

type ScopeField = Exclude<keyof RuleValues, 'id' | 'reason' | 'expires'>;

const SCOPE_FIELDS: ScopeField[] = [
  'address',
  'path',
  'value',
  'resourceType',
  'manager',
  'target',
  'client',
  'source',
];

/** In code, not in words: they are the same in every language. */
const EXAMPLES: Record<ScopeField, string> = {
  address: 'module.web[*].aws_instance.app',
  path: '/tags/*',
  value: '5',
  resourceType: 'aws_autoscaling_*',
  manager: 'kube-controller-*',
  target: 'tf-sandbox-*',
  client: 'acme',
  source: 'terraform',
};

interface IgnoreRuleFormProps {
  /** What the form begins with. */
  initial: Partial<DriftIgnoreRule>;
  /** The rule exists already: its id stays. */
  exists: boolean;
  /** Ids of other rules. */
  taken: readonly string[];
  /** Whole sentences on why it is as it is. */
  notes?: readonly string[];
  /** Stands above the fields. */
  above?: ReactNode;
  onClose(): void;
  onSaved(rule: StoredIgnoreRule): void;
}

/** A test, and of what. */
interface Tested {
  scope: string;
  result?: IgnoreRuleTest;
  problem?: string;
}

/** What a test is about; when a rule ends does not matter to history. */
function keyOf(scope: RuleScope): string {
  return JSON.stringify({ ...scope, expires: undefined });
}

function useBackTest() {
  const driftApi = useApi(driftApiRef);
  const { t } = useDriftTranslation();
  const [tested, setTested] = useState<Tested>();
  const [running, setRunning] = useState(false);
  const run = async (scope: RuleScope) => {
    const of = keyOf(scope);
    setRunning(true);
    try {
      setTested({ scope: of, result: await driftApi.testIgnoreRule(scope) });
    } catch (error) {
      setTested({
        scope: of,
        problem: t('ignoreRules.testFailed', {
          reason: problemSentence(error),
        }),
      });
    }
    setRunning(false);
  };
  return { tested, running, run };
}

/**
 * Writes an ignore rule. It is saved only after a back-test of exactly what it
 * mutes, or when somebody says that they want none.
 */
export function IgnoreRuleForm(props: IgnoreRuleFormProps) {
  const { initial, exists, taken, notes = [], above, onClose, onSaved } = props;
  const classes = useStyles();
  const driftApi = useApi(driftApiRef);
  const { t } = useDriftTranslation();
  const ruleWords = useRuleWords();
  const may = useMayWritePolicies();
  const [values, setValues] = useState(() => toValues(initial));
  const [touched, setTouched] = useState<ReadonlySet<keyof RuleValues>>(
    new Set(),
  );
  const [untestedFor, setUntestedFor] = useState<string>();
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState<string>();
  const { tested, running, run } = useBackTest();

  const scope = toScope(values, initial);
  const scopeKey = keyOf(scope);
  const problems = findProblems(values, {
    before: initial,
    taken,
    now: new Date(),
  });
  const named = namesAnything(scope);
  const scopeValid = named && !problems.path && !problems.expires;
  const current = tested?.scope === scopeKey ? tested : undefined;
  const withoutTest = untestedFor === scopeKey;

  let refused: string | undefined = may.forbidden;
  if (!refused && (!scopeValid || Object.keys(problems).length > 0)) {
    refused = t('ignoreRules.saveIncomplete');
  } else if (!refused && !current?.result && !withoutTest) {
    refused = t('ignoreRules.saveUntested');
  }

  const change = (field: keyof RuleValues, text: string) => {
    setValues(old => ({ ...old, [field]: text }));
    setTouched(old => new Set(old).add(field));
  };
  const problemOf = (field: keyof RuleValues) => {
    const found = problems[field];
    return found && (touched.has(field) || values[field] !== '')
      ? t(`ignoreRules.${found}`)
      : undefined;
  };
  const save = async () => {
    const rule: DriftIgnoreRule = {
      id: values.id.trim(),
      reason: values.reason.trim(),
      ...scope,
    };
    setSaving(true);
    setProblem(undefined);
    try {
      onSaved(
        exists
          ? await driftApi.updateIgnoreRule(rule)
          : await driftApi.createIgnoreRule(rule),
      );
    } catch (error) {
      setSaving(false);
      setProblem(
        t('ignoreRules.saveFailed', { reason: problemSentence(error) }),
      );
    }
  };

  const helpOf = (field: ScopeField) => {
    if (field === 'value' && values.value !== '') {
      return t('ignoreRules.valueRead', {
        value: JSON.stringify(readValue(values.value)),
      });
    }
    return t(`ignoreRules.${field}Help`);
  };

  return (
    <>
      <DialogContent dividers className={classes.content}>
        {may.forbidden && <Alert severity="info">{may.forbidden}</Alert>}
        {above}
        {notes.length > 0 && (
          <Alert severity="info">
            {notes.map(note => (
              <div key={note}>{note}</div>
            ))}
          </Alert>
        )}
        <div className={classes.grid}>
          <TextField
            id="drift-rule-reason"
            className={classes.wide}
            label={t('ignoreRules.reason')}
            value={values.reason}
            required
            multiline
            fullWidth
            variant="outlined"
            size="small"
            error={problemOf('reason') !== undefined}
            helperText={problemOf('reason') ?? t('ignoreRules.reasonHelp')}
            inputProps={{ maxLength: LONGEST_REASON }}
            onChange={event => change('reason', event.target.value)}
          />
          <TextField
            id="drift-rule-id"
            label={t('ignoreRules.id')}
            value={values.id}
            required
            fullWidth
            variant="outlined"
            size="small"
            disabled={exists}
            error={problemOf('id') !== undefined}
            helperText={
              problemOf('id') ??
              (exists ? t('ignoreRules.idFixed') : t('ignoreRules.idHelp'))
            }
            inputProps={{ maxLength: 100, spellCheck: false }}
            onChange={event => change('id', event.target.value)}
          />
          <TextField
            id="drift-rule-expires"
            type="date"
            label={t('ignoreRules.expires')}
            value={values.expires}
            fullWidth
            variant="outlined"
            size="small"
            InputLabelProps={{ shrink: true }}
            error={problemOf('expires') !== undefined}
            helperText={problemOf('expires') ?? t('ignoreRules.expiresHelp')}
            onChange={event => change('expires', event.target.value)}
          />
        </div>
        <fieldset className={classes.fieldset}>
          <legend className={classes.legend}>{t('ignoreRules.scope')}</legend>
          <div className={classes.grid}>
            {SCOPE_FIELDS.map(field => (
              <TextField
                key={field}
                id={`drift-rule-${field}`}
                label={t(`ignoreRules.${field}`)}
                value={values[field]}
                fullWidth
                variant="outlined"
                size="small"
                placeholder={t('ignoreRules.example', {
                  example: EXAMPLES[field],
                })}
                InputLabelProps={{ shrink: true }}
                error={problemOf(field) !== undefined}
                helperText={problemOf(field) ?? helpOf(field)}
                inputProps={{ maxLength: LONGEST_FIELD, spellCheck: false }}
                onChange={event => change(field, event.target.value)}
              />
            ))}
          </div>
        </fieldset>
        <div className={classes.advice} aria-live="polite">
          {named ? (
            <>
              <Typography variant="body2" className={classes.words}>
                {t('ignoreRules.mutes', { what: ruleWords(scope) })}
              </Typography>
              {adviceOn(scope).map(advice => (
                <Alert
                  key={advice}
                  severity={advice === 'adviceAttribute' ? 'info' : 'warning'}
                >
                  {t(`ignoreRules.${advice}`)}
                </Alert>
              ))}
            </>
          ) : (
            <Typography variant="body2" color="textSecondary">
              {t('ignoreRules.scopeMissing')}
            </Typography>
          )}
        </div>
        <section
          className={classes.test}
          aria-label={t('ignoreRules.testTitle')}
        >
          <div className={classes.testHead}>
            <GuardedButton
              variant="outlined"
              color="primary"
              label={t('ignoreRules.test')}
              busy={running}
              forbidden={
                scopeValid ? undefined : t('ignoreRules.saveIncomplete')
              }
              onClick={() => run(scope)}
            />
            {tested && !current && !running && (
              <Typography variant="body2" color="textSecondary">
                {t('ignoreRules.testOld')}
              </Typography>
            )}
          </div>
          <Hidden live>{running ? t('ignoreRules.testing') : ''}</Hidden>
          {current?.problem && (
            <Alert severity="error">{current.problem}</Alert>
          )}
          {current?.result && <BackTest test={current.result} />}
          {!current?.result && (
            <FormControlLabel
              control={
                <Checkbox
                  color="primary"
                  size="small"
                  checked={withoutTest}
                  onChange={(_event, checked) =>
                    setUntestedFor(checked ? scopeKey : undefined)
                  }
                />
              }
              label={t('ignoreRules.withoutTest')}
            />
          )}
        </section>
        {problem && <Alert severity="error">{problem}</Alert>}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose} disabled={saving}>
          {t('ignoreRules.cancel')}
        </Button>
        <GuardedButton
          variant="contained"
          color="primary"
          label={t('ignoreRules.save')}
          busy={saving}
          forbidden={refused}
          onClick={save}
        />
      </DialogActions>
    </>
  );
}
