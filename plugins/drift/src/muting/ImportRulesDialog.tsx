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
  IgnoreRuleImport,
  IgnoreRuleImportResult,
} from '@infra-hub/backstage-plugin-drift-common';
import Button from '@material-ui/core/Button';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import AlertTitle from '@material-ui/lab/AlertTitle';
import { useRef, useState } from 'react';
import { driftApiRef } from '../api';
import { GuardedButton, problemSentence } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';
import { RuleDialog } from './RuleDialog';
import { useRuleWords } from './useRuleWords';

const FORMATS = ['driftignore', 'argocd'] as const;
const LONGEST_TEXT = 200_000;

const useStyles = makeStyles(
  theme => ({
    content: { display: 'grid', gap: theme.spacing(2), minWidth: 0 },
    grid: {
      display: 'grid',
      gridTemplateColumns: 'repeat(auto-fit, minmax(min(200px, 100%), 1fr))',
      gap: theme.spacing(2),
      alignItems: 'start',
    },
    text: { fontFamily: 'monospace', fontSize: theme.typography.pxToRem(13) },
    file: { display: 'none' },
    list: {
      listStyle: 'none',
      margin: 0,
      padding: 0,
      maxHeight: 280,
      overflowY: 'auto',
      border: `1px solid ${theme.palette.divider}`,
      borderRadius: theme.shape.borderRadius,
    },
    entry: {
      padding: theme.spacing(0.75, 1.5),
      overflowWrap: 'anywhere',
      fontSize: theme.typography.pxToRem(13),
      '& + &': { borderTop: `1px solid ${theme.palette.divider}` },
    },
    problems: {
      margin: 0,
      paddingLeft: theme.spacing(2.5),
      overflowWrap: 'anywhere',
      maxHeight: 240,
      overflowY: 'auto',
    },
  }),
  { name: 'DriftImportRules' },
);

const EXAMPLES: Record<(typeof FORMATS)[number], string> = {
  driftignore: 'aws_iam_role.*\naws_instance.web.tags.LastSeen',
  argocd:
    'ignoreDifferences:\n  - group: apps\n    kind: Deployment\n    jsonPointers:\n      - /spec/replicas',
};

function Comings(props: { result: IgnoreRuleImportResult }) {
  const { rules, problems } = props.result;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const ruleWords = useRuleWords();
  return (
    <>
      <Typography>
        <strong>
          {t('ignoreRules.importComing', { count: rules.length })}
        </strong>
      </Typography>
      {rules.length > 0 && (
        <ul className={classes.list} aria-label={t('ignoreRules.importRules')}>
          {rules.map(rule => (
            <li key={rule.id} className={classes.entry}>
              <code>{rule.id}</code>: {ruleWords(rule)}
            </li>
          ))}
        </ul>
      )}
      {problems.length > 0 && (
        <Alert severity="warning">
          <AlertTitle>
            {t('ignoreRules.importProblems', { count: problems.length })}
          </AlertTitle>
          <ul className={classes.problems}>
            {problems.map(({ line, text, message }) => (
              <li key={`${line} ${text} ${message}`}>
                {line !== undefined &&
                  `${t('ignoreRules.importLine', { line })} `}
                <code>{text}</code>: {message}
              </li>
            ))}
          </ul>
        </Alert>
      )}
    </>
  );
}

/** Takes rules of other tools over: first says which, then does it. */
export function ImportRulesDialog(props: {
  onClose(): void;
  onImported(count: number): void;
}) {
  const { onClose, onImported } = props;
  const classes = useStyles();
  const driftApi = useApi(driftApiRef);
  const { t } = useDriftTranslation();
  const [format, setFormat] =
    useState<IgnoreRuleImport['format']>('driftignore');
  const [text, setText] = useState('');
  const [client, setClient] = useState('');
  const [target, setTarget] = useState('');
  const [busy, setBusy] = useState<'check' | 'import'>();
  const [problem, setProblem] = useState<string>();
  const [checked, setChecked] = useState<{
    of: string;
    result: IgnoreRuleImportResult;
  }>();
  const file = useRef<HTMLInputElement>(null);

  const request: IgnoreRuleImport = {
    format,
    text,
    client: client.trim() || undefined,
    target: target.trim() || undefined,
  };
  const of = JSON.stringify(request);
  const current = checked?.of === of ? checked.result : undefined;
  let uncheckable: string | undefined;
  if (!text.trim()) {
    uncheckable = t('ignoreRules.importEmpty');
  } else if (text.length > LONGEST_TEXT) {
    uncheckable = t('ignoreRules.importTooLong', { amount: LONGEST_TEXT });
  }

  const send = async (step: 'check' | 'import') => {
    setBusy(step);
    setProblem(undefined);
    try {
      const result = await driftApi.importIgnoreRules({
        ...request,
        dryRun: step === 'check',
      });
      if (step === 'import') {
        onImported(result.rules.length);
      } else {
        setChecked({ of, result });
        setBusy(undefined);
      }
    } catch (error) {
      setBusy(undefined);
      setProblem(
        t('ignoreRules.importFailed', { reason: problemSentence(error) }),
      );
    }
  };
  const readFile = async (chosen: File | undefined) => {
    if (!chosen) {
      return;
    }
    setProblem(undefined);
    try {
      // Four bytes are the most that a character takes.
      if (chosen.size > LONGEST_TEXT * 4) {
        throw new Error(
          t('ignoreRules.importTooLong', { amount: LONGEST_TEXT }),
        );
      }
      setText(await chosen.text());
      setFormat(/\.ya?ml$/i.test(chosen.name) ? 'argocd' : 'driftignore');
    } catch (error) {
      setProblem(
        t('ignoreRules.importFailed', { reason: problemSentence(error) }),
      );
    }
  };

  return (
    <RuleDialog title={t('ignoreRules.importTitle')} onClose={onClose}>
      <DialogContent dividers className={classes.content}>
        <Typography variant="body2">{t('ignoreRules.importText')}</Typography>
        <div className={classes.grid}>
          <TextField
            select
            id="drift-import-format"
            label={t('ignoreRules.importFormat')}
            value={format}
            size="small"
            variant="outlined"
            SelectProps={{ native: true }}
            InputLabelProps={{ shrink: true }}
            onChange={event =>
              setFormat(
                FORMATS.find(each => each === event.target.value) ??
                  'driftignore',
              )
            }
          >
            {FORMATS.map(each => (
              <option key={each} value={each}>
                {t(`ignoreRules.${each}`)}
              </option>
            ))}
          </TextField>
          <TextField
            id="drift-import-client"
            label={t('ignoreRules.client')}
            value={client}
            size="small"
            variant="outlined"
            InputLabelProps={{ shrink: true }}
            helperText={t('ignoreRules.importScopeHelp')}
            onChange={event => setClient(event.target.value)}
          />
          <TextField
            id="drift-import-target"
            label={t('ignoreRules.target')}
            value={target}
            size="small"
            variant="outlined"
            InputLabelProps={{ shrink: true }}
            helperText={t('ignoreRules.importScopeHelp')}
            onChange={event => setTarget(event.target.value)}
          />
        </div>
        <TextField
          id="drift-import-text"
          label={t('ignoreRules.importContent')}
          value={text}
          multiline
          minRows={6}
          maxRows={14}
          fullWidth
          variant="outlined"
          placeholder={EXAMPLES[format]}
          InputLabelProps={{ shrink: true }}
          InputProps={{ classes: { input: classes.text } }}
          inputProps={{ spellCheck: false }}
          onChange={event => setText(event.target.value)}
        />
        <div>
          <input
            ref={file}
            type="file"
            className={classes.file}
            data-testid="drift-import-file"
            accept=".driftignore,.yaml,.yml,.txt,text/*"
            onChange={event => {
              readFile(event.target.files?.[0]);
              event.target.value = '';
            }}
          />
          <Button
            size="small"
            variant="outlined"
            onClick={() => file.current?.click()}
          >
            {t('ignoreRules.importFile')}
          </Button>
        </div>
        {problem && <Alert severity="error">{problem}</Alert>}
        <div aria-live="polite" className={classes.content}>
          {current && <Comings result={current} />}
        </div>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose} disabled={busy === 'import'}>
          {t('ignoreRules.cancel')}
        </Button>
        {current && current.rules.length > 0 ? (
          <GuardedButton
            variant="contained"
            color="primary"
            label={t('ignoreRules.importNow', { count: current.rules.length })}
            busy={busy !== undefined}
            onClick={() => send('import')}
          />
        ) : (
          <GuardedButton
            variant="contained"
            color="primary"
            label={t('ignoreRules.importCheck')}
            busy={busy !== undefined}
            forbidden={uncheckable}
            onClick={() => send('check')}
          />
        )}
      </DialogActions>
    </RuleDialog>
  );
}
