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
import { JsonValue } from '@backstage/types';
import {
  FieldDifference,
  RemediationAction,
} from '@infra-hub/backstage-plugin-drift-common';
import { alpha, makeStyles, Theme } from '@material-ui/core/styles';
import useMediaQuery from '@material-ui/core/useMediaQuery';
import { FieldName, hasLines, Sensitive, Value } from '../target/FieldDiff';
import { LineDiff } from '../target/LineDiff';
import { toText } from '../target/lines';
import { useDriftTranslation } from '../useDriftTranslation';

const useStyles = makeStyles<BackstageTheme>(
  theme => ({
    table: {
      width: '100%',
      borderCollapse: 'collapse',
      tableLayout: 'fixed',
      fontSize: theme.typography.pxToRem(14),
      '& th, & td': {
        textAlign: 'left',
        verticalAlign: 'top',
        padding: theme.spacing(0.75, 1.5),
        borderBottom: `1px solid ${theme.palette.divider}`,
        fontWeight: 'inherit',
        overflowWrap: 'anywhere',
      },
      '& thead th': {
        fontWeight: 700,
        fontSize: theme.typography.pxToRem(12.5),
      },
    },
    list: {
      margin: theme.spacing(0, 0, 1),
      fontSize: theme.typography.pxToRem(14),
      '& dt': {
        padding: theme.spacing(0.5, 1, 0),
        fontWeight: 700,
        fontSize: theme.typography.pxToRem(12),
      },
      '& dd': {
        margin: 0,
        padding: theme.spacing(0, 1, 0.5),
        overflowWrap: 'anywhere',
      },
    },
    from: { backgroundColor: alpha(theme.palette.status.warning, 0.14) },
    to: { backgroundColor: alpha(theme.palette.status.ok, 0.1) },
    word: { fontStyle: 'italic' },
  }),
  { name: 'DriftChangeFields' },
);

/** Which of the three values an action starts from, and which it leads to. */
const SIDES = {
  revert: {
    from: 'actual',
    to: 'desired',
    fromWord: 'remediationPreview.actual',
    toWord: 'remediationPreview.willBe',
  },
  'refresh-state': {
    from: 'recorded',
    to: 'actual',
    fromWord: 'remediationPreview.recorded',
    toWord: 'remediationPreview.willRecord',
  },
  adopt: {
    from: 'desired',
    to: 'actual',
    fromWord: 'remediationPreview.code',
    toWord: 'remediationPreview.willSay',
  },
} as const;

function text(value: JsonValue | undefined): string {
  return value === undefined ? '' : toText(value);
}

function To(props: { field: FieldDifference; action: RemediationAction }) {
  const { field, action } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const { to } = SIDES[action];
  if (to === 'desired' && field.desiredUnknown) {
    return <span className={classes.word}>{t('diff.unknown')}</span>;
  }
  return field[to] === undefined ? (
    <span className={classes.word}>{t('remediationPreview.removed')}</span>
  ) : (
    <Value value={field[to]} />
  );
}

function Lines(props: { field: FieldDifference; action: RemediationAction }) {
  const { field, action } = props;
  const { t } = useDriftTranslation();
  const { from, to } = SIDES[action];
  if (!hasLines(field) || (to === 'desired' && field.desiredUnknown)) {
    return null;
  }
  return (
    <LineDiff
      title={t('remediationPreview.lines')}
      from={text(field[from])}
      to={text(field[to])}
      words={{
        removed: t('remediationPreview.goes'),
        added: t('remediationPreview.comes'),
      }}
    />
  );
}

/**
 * What becomes of each field of a resource: from which value to which. Below
 * 600 px the two stand below each other.
 */
export function ChangeFields(props: {
  fields: FieldDifference[];
  resourceType: string;
  action: RemediationAction;
  label: string;
}) {
  const { fields, resourceType, action, label } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const narrow = useMediaQuery<Theme>(theme => theme.breakpoints.down('xs'));
  const { from, fromWord, toWord } = SIDES[action];

  if (narrow) {
    return (
      <div role="group" aria-label={label}>
        {fields.map(field => (
          <div key={field.path}>
            <FieldName field={field} resourceType={resourceType} />
            {field.sensitive ? (
              <div>
                <Sensitive />
              </div>
            ) : (
              <dl className={classes.list}>
                <dt className={classes.from}>{t(fromWord)}</dt>
                <dd className={classes.from}>
                  <Value value={field[from]} />
                </dd>
                <dt className={classes.to}>{t(toWord)}</dt>
                <dd className={classes.to}>
                  <To field={field} action={action} />
                </dd>
              </dl>
            )}
            <Lines field={field} action={action} />
          </div>
        ))}
      </div>
    );
  }
  return (
    <table className={classes.table} aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{t('remediationPreview.field')}</th>
          <th scope="col">{t(fromWord)}</th>
          <th scope="col">{t(toWord)}</th>
        </tr>
      </thead>
      <tbody>
        {fields.map(field => [
          <tr key={field.path}>
            <th scope="row">
              <FieldName field={field} resourceType={resourceType} />
            </th>
            {field.sensitive ? (
              <td colSpan={2}>
                <Sensitive />
              </td>
            ) : (
              <>
                <td className={classes.from}>
                  <Value value={field[from]} />
                </td>
                <td className={classes.to}>
                  <To field={field} action={action} />
                </td>
              </>
            )}
          </tr>,
          hasLines(field) && (
            <tr key={`${field.path} lines`}>
              <td colSpan={3}>
                <Lines field={field} action={action} />
              </td>
            </tr>
          ),
        ])}
      </tbody>
    </table>
  );
}
