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

import { BackstageTheme } from '@backstage/theme';
import {
  Remediation,
  RemediationPreview,
} from '@infra-hub/backstage-plugin-drift-common';
import Button from '@material-ui/core/Button';
import { alpha, makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import GetAppIcon from '@material-ui/icons/GetApp';
import { useMemo } from 'react';
import { CopyButton, Hidden, Note } from '../display';
import { readablePath } from '../target/fieldWords';
import { useDriftTranslation } from '../useDriftTranslation';
import { patchLines } from './patchLines';

const MAX_LINES = 400;

const useStyles = makeStyles<BackstageTheme>(
  theme => ({
    head: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(1),
      marginTop: theme.spacing(1),
    },
    title: { fontSize: theme.typography.pxToRem(16), fontWeight: 700 },
    path: {
      marginTop: theme.spacing(1.5),
      fontFamily: 'monospace',
      fontSize: theme.typography.pxToRem(13),
      fontWeight: 700,
      overflowWrap: 'anywhere',
    },
    lines: {
      margin: theme.spacing(0.5, 0, 1),
      padding: theme.spacing(1, 0),
      border: `1px solid ${theme.palette.divider}`,
      borderRadius: theme.shape.borderRadius,
      fontFamily: 'monospace',
      fontSize: theme.typography.pxToRem(12.5),
      lineHeight: 1.5,
    },
    line: {
      display: 'block',
      whiteSpace: 'pre-wrap',
      overflowWrap: 'anywhere',
      padding: theme.spacing(0, 1.5),
    },
    lineHead: { color: theme.palette.text.secondary },
    removed: { backgroundColor: alpha(theme.palette.status.error, 0.14) },
    added: { backgroundColor: alpha(theme.palette.status.ok, 0.16) },
    instructions: {
      margin: theme.spacing(0.5, 0, 1),
      paddingLeft: theme.spacing(2.5),
      '& li': { marginBottom: theme.spacing(0.5), overflowWrap: 'anywhere' },
    },
    note: { marginTop: theme.spacing(1) },
  }),
  { name: 'DriftPatchView' },
);

function FilePatch(props: { path: string; diff: string }) {
  const { path, diff } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const lines = useMemo(
    () =>
      patchLines(diff)
        .slice(0, MAX_LINES)
        .map((line, index) => ({ ...line, index })),
    [diff],
  );
  const look = {
    head: classes.lineHead,
    removed: classes.removed,
    added: classes.added,
    equal: '',
  };
  return (
    <div role="group" aria-label={t('remediationPreview.patchOf', { path })}>
      <div className={classes.path}>{path}</div>
      <pre className={classes.lines}>
        {lines.map(({ kind, text, index }) => (
          <span key={index} className={`${classes.line} ${look[kind]}`}>
            {kind === 'removed' && (
              <>
                <span aria-hidden>− </span>
                <Hidden>{`${t('remediationPreview.patchRemoved')}: `}</Hidden>
              </>
            )}
            {kind === 'added' && (
              <>
                <span aria-hidden>+ </span>
                <Hidden>{`${t('remediationPreview.patchAdded')}: `}</Hidden>
              </>
            )}
            {kind === 'equal' && '  '}
            {text}
          </span>
        ))}
      </pre>
      {diff.split('\n').length > MAX_LINES && (
        <Typography variant="body2" color="textSecondary">
          {t('diff.cut', { amount: MAX_LINES })}
        </Typography>
      )}
    </div>
  );
}

function savePatch(remediation: Remediation, diff: string) {
  const { source, client, name } = remediation.target;
  const url = URL.createObjectURL(new Blob([diff], { type: 'text/x-diff' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${[source, client, name]
    .filter(Boolean)
    .join('-')
    .replace(/[^\w.-]+/g, '_')}.patch`;
  link.click();
  URL.revokeObjectURL(url);
}

/** The proposed change of the code: to read, to copy, to download, and what is left to do by hand. */
export function PatchView(props: {
  remediation: Remediation;
  preview: RemediationPreview;
}) {
  const { remediation, preview } = props;
  const { patch, instructions, pullRequest } = preview;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const hasPatch = patch !== undefined && patch.files.length > 0;
  return (
    <section aria-label={t('remediationPreview.patch')}>
      <div className={classes.head}>
        <Typography component="h4" className={classes.title}>
          {t('remediationPreview.patch')}
        </Typography>
        {hasPatch && (
          <>
            <Button
              size="small"
              variant="outlined"
              startIcon={<GetAppIcon aria-hidden />}
              onClick={() => savePatch(remediation, patch.diff)}
            >
              {t('remediationPreview.patchDownload')}
            </Button>
            <CopyButton
              text={patch.diff}
              label={t('remediationPreview.patchCopy')}
              done={t('remediationPreview.patchCopied')}
            />
          </>
        )}
      </div>
      {hasPatch ? (
        patch.files.map(({ path, diff }) => (
          <FilePatch key={path} path={path} diff={diff} />
        ))
      ) : (
        <Typography variant="body2">
          {t('remediationPreview.patchNone')}
        </Typography>
      )}
      {instructions && instructions.length > 0 && (
        <>
          <Typography component="h4" className={classes.title}>
            {t('remediationPreview.instructions')}
          </Typography>
          <ol className={classes.instructions}>
            {instructions.map(({ address, path, text }) => (
              <li key={`${address} ${path} ${text}`}>
                <code>
                  {address}
                  {path && ` ${readablePath(path)}`}
                </code>
                <div>{text}</div>
              </li>
            ))}
          </ol>
        </>
      )}
      {hasPatch && pullRequest?.possible === false && (
        <Note severity="info" className={classes.note}>
          {pullRequest.reason
            ? t('remediationPreview.pullRequestNo', {
                reason: pullRequest.reason,
              })
            : t('remediationPreview.pullRequestNoPlain')}{' '}
          {t('remediationPreview.pullRequestUse')}
        </Note>
      )}
    </section>
  );
}
