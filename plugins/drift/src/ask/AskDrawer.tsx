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

import { MAX_QUESTION_LENGTH } from '@infra-hub/backstage-plugin-drift-common';
import Button from '@material-ui/core/Button';
import Drawer from '@material-ui/core/Drawer';
import IconButton from '@material-ui/core/IconButton';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import CloseIcon from '@material-ui/icons/Close';
import { FormEvent, useEffect, useRef, useState } from 'react';
import { Hidden, isTooMany, problemSentence } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';
import { AnswerCard } from './AnswerCard';
import { Exchange, useQuestions } from './AskContext';

const useStyles = makeStyles(
  theme => ({
    paper: {
      display: 'flex',
      flexDirection: 'column',
      width: 480,
      maxWidth: '100%',
    },
    head: {
      display: 'flex',
      alignItems: 'center',
      justifyContent: 'space-between',
      gap: theme.spacing(1),
      padding: theme.spacing(2, 2, 1),
    },
    title: {
      margin: 0,
      fontSize: theme.typography.pxToRem(20),
      fontWeight: 700,
    },
    content: {
      flexGrow: 1,
      overflowY: 'auto',
      padding: theme.spacing(0, 2),
    },
    suggestions: {
      display: 'flex',
      flexWrap: 'wrap',
      gap: theme.spacing(1),
      margin: theme.spacing(1, 0, 2),
      padding: 0,
      listStyle: 'none',
    },
    suggestion: { textTransform: 'none', textAlign: 'left' },
    form: {
      display: 'flex',
      alignItems: 'flex-start',
      gap: theme.spacing(1),
      padding: theme.spacing(2),
      borderTop: `1px solid ${theme.palette.divider}`,
    },
  }),
  { name: 'DriftAskDrawer' },
);

function Suggestions(props: {
  /** A module that exists, for a question about one. */
  moduleName: string | undefined;
  onChoose(question: string): void;
}) {
  const { moduleName, onChoose } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const questions: string[] = [
    t('ask.suggestDrift'),
    t('ask.suggestChanges'),
    t('ask.suggestWho'),
    ...(moduleName ? [t('ask.suggestClean', { name: moduleName })] : []),
  ];
  return (
    <>
      <Typography variant="body2" id="drift-ask-suggestions">
        {t('ask.suggestions')}
      </Typography>
      <ul
        className={classes.suggestions}
        aria-labelledby="drift-ask-suggestions"
      >
        {questions.map(question => (
          <li key={question}>
            <Button
              size="small"
              variant="outlined"
              className={classes.suggestion}
              onClick={() => onChoose(question)}
            >
              {question}
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}

function QuestionForm(props: {
  asking: boolean;
  onAsk(question: string): void;
}) {
  const { asking, onAsk } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<string>();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const question = typed.trim();
    if (!question) {
      setProblem(t('ask.empty'));
    } else if (!asking) {
      setTyped('');
      onAsk(question);
    }
  };
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <TextField
        id="drift-question"
        fullWidth
        inputRef={field}
        size="small"
        variant="outlined"
        label={t('ask.field')}
        placeholder={t('ask.placeholder')}
        autoComplete="off"
        value={typed}
        error={problem !== undefined}
        helperText={problem}
        inputProps={{ maxLength: MAX_QUESTION_LENGTH }}
        onChange={event => {
          setTyped(event.target.value);
          setProblem(undefined);
        }}
      />
      <Button
        type="submit"
        variant="contained"
        color="primary"
        aria-disabled={asking || undefined}
      >
        {t('ask.send')}
      </Button>
    </form>
  );
}

/** What a screen reader says of the latest question. */
function useAnnouncement(latest: Exchange | undefined): string {
  const { t } = useDriftTranslation();
  if (!latest) {
    return '';
  }
  if (latest.answer) {
    return t('ask.answered', { text: latest.answer.text || t('ask.noText') });
  }
  if (latest.error === undefined) {
    return t('ask.asking');
  }
  return isTooMany(latest.error)
    ? t('ask.tooMany')
    : t('ask.failed', { reason: problemSentence(latest.error) });
}

/** Questions about drift and their answers, beside the dashboard. */
export function AskDrawer(props: {
  open: boolean;
  moduleName: string | undefined;
  onClose(): void;
}) {
  const { open, moduleName, onClose } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const { exchanges, asking, ask, forget } = useQuestions();
  const newest = useRef<HTMLDivElement>(null);
  const latest = exchanges[exchanges.length - 1];
  const announcement = useAnnouncement(latest);

  useEffect(() => {
    if (open) {
      newest.current?.scrollIntoView?.({ block: 'start' });
    }
  }, [open, latest]);

  return (
    <Drawer
      anchor="right"
      open={open}
      onClose={onClose}
      PaperProps={{
        className: classes.paper,
        role: 'dialog',
        'aria-modal': true,
        'aria-labelledby': 'drift-ask-title',
      }}
    >
      <div className={classes.head}>
        <h2 className={classes.title} id="drift-ask-title">
          {t('ask.title')}
        </h2>
        <div>
          {exchanges.length > 0 && (
            <Button size="small" onClick={forget}>
              {t('ask.forget')}
            </Button>
          )}
          <IconButton
            size="small"
            aria-label={t('ask.close')}
            onClick={onClose}
          >
            <CloseIcon aria-hidden />
          </IconButton>
        </div>
      </div>
      <div className={classes.content}>
        <Typography variant="body2" color="textSecondary" paragraph>
          {t('ask.intro')}
        </Typography>
        {exchanges.length === 0 && (
          <Suggestions moduleName={moduleName} onChoose={ask} />
        )}
        <section aria-label={t('ask.history')}>
          {exchanges.map(exchange => (
            <div
              key={exchange.id}
              ref={exchange === latest ? newest : undefined}
            >
              <AnswerCard
                exchange={exchange}
                onRetry={() => ask(exchange.question)}
              />
            </div>
          ))}
        </section>
        {exchanges.length > 0 && !asking && (
          <Suggestions moduleName={moduleName} onChoose={ask} />
        )}
      </div>
      <QuestionForm asking={asking} onAsk={ask} />
      <Hidden live>{announcement}</Hidden>
    </Drawer>
  );
}
