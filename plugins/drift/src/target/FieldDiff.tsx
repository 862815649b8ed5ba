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
import { FieldDifference } from '@infra-hub/backstage-plugin-drift-common';
import { alpha, makeStyles, Theme, useTheme } from '@material-ui/core/styles';
import useMediaQuery from '@material-ui/core/useMediaQuery';
import LockIcon from '@material-ui/icons/Lock';
import VisibilityOffIcon from '@material-ui/icons/VisibilityOff';
import WarningIcon from '@material-ui/icons/Warning';
import { Mark, TargetKind } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';
import { LineDiff } from './LineDiff';
import { isLong, toText } from './lines';
import { fieldPath, usePropertyWords } from './fieldWords';

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
        padding: theme.spacing(1, 1.5),
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
      margin: 0,
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
    property: { fontWeight: 600 },
    path: {
      fontFamily: 'monospace',
      fontSize: theme.typography.pxToRem(13),
    },
    value: {
      fontFamily: 'monospace',
      fontSize: theme.typography.pxToRem(13),
      whiteSpace: 'pre-wrap',
    },
    word: { fontStyle: 'italic' },
    desired: { backgroundColor: alpha(theme.palette.status.ok, 0.1) },
    actual: { backgroundColor: alpha(theme.palette.status.warning, 0.14) },
    sensitive: {
      display: 'inline-flex',
      alignItems: 'center',
      gap: theme.spacing(0.5),
      '& svg': { fontSize: theme.typography.pxToRem(16) },
    },
  }),
  { name: 'DriftFieldDiff' },
);

interface FieldDiffProps {
  fields: FieldDifference[];
  resourceType: string;
  label: string;
  kind: TargetKind;
}

const DESIRED_WORDS = {
  module: 'diff.desired',
  tenant: 'diff.platformDesired',
  target: 'diff.platformDesired',
} as const;

/** Whether a state records these fields; one that says nothing of a field tells something too. */
function hasRecorded(props: FieldDiffProps): boolean {
  return (
    props.kind === 'module' ||
    props.fields.some(field => field.recorded !== undefined)
  );
}

/** A value in the way people read it. */
export function Value(props: { value: JsonValue | undefined }) {
  const { value } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const word = (text: string) => <span className={classes.word}>{text}</span>;

  if (value === undefined) {
    return word(t('diff.notSet'));
  }
  if (value === '') {
    return (
      <>
        <code className={classes.value}>""</code> {word(t('diff.emptyText'))}
      </>
    );
  }
  if (Array.isArray(value) && value.length === 0) {
    return word(t('diff.emptyList'));
  }
  if (
    value !== null &&
    typeof value === 'object' &&
    Object.keys(value).length === 0
  ) {
    return word(t('diff.emptyObject'));
  }
  if (isLong(value)) {
    if (Array.isArray(value)) {
      return word(t('diff.listSize', { count: value.length }));
    }
    if (typeof value === 'string') {
      return word(t('diff.textSize', { amount: value.length }));
    }
    return word(
      t('diff.objectSize', { count: Object.keys(value ?? {}).length }),
    );
  }
  return (
    <code className={classes.value}>
      {typeof value === 'string' ? `"${value}"` : JSON.stringify(value)}
    </code>
  );
}

function LineDiffs(props: { field: FieldDifference; kind: TargetKind }) {
  const { desired, actual, recorded, desiredUnknown } = props.field;
  const byCode = props.kind === 'module';
  const { t } = useDriftTranslation();
  const text = (value: JsonValue | undefined) =>
    value === undefined ? '' : toText(value);
  const recordedText = text(recorded);
  const recordedTells =
    recordedText !== text(actual) &&
    (desiredUnknown || recordedText !== text(desired));
  return (
    <>
      {!desiredUnknown && (
        <LineDiff
          title={
            byCode ? t('diff.linesDesired') : t('diff.linesPlatformDesired')
          }
          from={text(actual)}
          to={text(desired)}
          words={{
            removed: t('diff.onlyActual'),
            added: byCode
              ? t('diff.onlyDesired')
              : t('diff.onlyPlatformDesired'),
          }}
        />
      )}
      {recordedTells && recorded !== undefined && (
        <LineDiff
          title={t('diff.linesRecorded')}
          from={text(actual)}
          to={recordedText}
          words={{
            removed: t('diff.onlyActual'),
            added: t('diff.onlyRecorded'),
          }}
        />
      )}
    </>
  );
}

/** Whether a field is better read line by line. */
export function hasLines(field: FieldDifference): boolean {
  return (
    !field.sensitive &&
    [field.desired, field.actual, field.recorded].some(isLong)
  );
}

/** The path of a field, whether it forces a replacement, and whether the last scan saw it. */
export function FieldName(props: {
  field: FieldDifference;
  resourceType: string;
}) {
  const { field, resourceType } = props;
  const classes = useStyles();
  const theme = useTheme<BackstageTheme>();
  const { t } = useDriftTranslation();
  const words = usePropertyWords();
  const property = words(resourceType, field.path);
  return (
    <>
      <span
        className={property === undefined ? classes.path : classes.property}
        title={field.path}
      >
        {property ?? field.label ?? fieldPath(resourceType, field.path)}
      </span>
      {field.forcesReplacement && (
        <div>
          <Mark
            color={theme.palette.status.error}
            icon={<WarningIcon aria-hidden />}
          >
            {t('diff.forcesReplacement')}
          </Mark>
        </div>
      )}
      {field.unseen && (
        <div>
          <Mark
            color={theme.palette.status.aborted}
            icon={<VisibilityOffIcon aria-hidden />}
          >
            {t('diff.unseen')}
          </Mark>
        </div>
      )}
    </>
  );
}

/** Stands for values that are secret. */
export function Sensitive() {
  const classes = useStyles();
  const { t } = useDriftTranslation();
  return (
    <span className={classes.sensitive}>
      <LockIcon aria-hidden />
      {t('diff.sensitive')}
    </span>
  );
}

function Desired(props: { field: FieldDifference }) {
  const { field } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  return field.desiredUnknown ? (
    <span className={classes.word}>{t('diff.unknown')}</span>
  ) : (
    <Value value={field.desired} />
  );
}

function FieldRows(props: FieldDiffProps & { field: FieldDifference }) {
  const { field, kind } = props;
  const withRecorded = hasRecorded(props);
  const classes = useStyles();
  return (
    <>
      <tr>
        <th scope="row">
          <FieldName field={field} resourceType={props.resourceType} />
        </th>
        {field.sensitive ? (
          <td colSpan={withRecorded ? 3 : 2}>
            <Sensitive />
          </td>
        ) : (
          <>
            <td className={classes.desired}>
              <Desired field={field} />
            </td>
            <td className={classes.actual}>
              <Value value={field.actual} />
            </td>
            {withRecorded && (
              <td>
                <Value value={field.recorded} />
              </td>
            )}
          </>
        )}
      </tr>
      {hasLines(field) && (
        <tr>
          <td colSpan={withRecorded ? 4 : 3}>
            <LineDiffs field={field} kind={kind} />
          </td>
        </tr>
      )}
    </>
  );
}

function FieldTable(props: FieldDiffProps) {
  const { fields, label, kind } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  return (
    <table className={classes.table} aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{t('diff.field')}</th>
          <th scope="col">{t(DESIRED_WORDS[kind])}</th>
          <th scope="col">{t('diff.actual')}</th>
          {hasRecorded(props) && <th scope="col">{t('diff.recorded')}</th>}
        </tr>
      </thead>
      <tbody>
        {fields.map(field => (
          <FieldRows key={field.path} {...props} field={field} />
        ))}
      </tbody>
    </table>
  );
}

function FieldList(props: FieldDiffProps) {
  const { kind } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  return (
    <>
      {props.fields.map(field => (
        <div key={field.path}>
          <FieldName field={field} resourceType={props.resourceType} />
          {field.sensitive ? (
            <div>
              <Sensitive />
            </div>
          ) : (
            <dl className={classes.list}>
              <dt className={classes.desired}>{t(DESIRED_WORDS[kind])}</dt>
              <dd className={classes.desired}>
                <Desired field={field} />
              </dd>
              <dt className={classes.actual}>{t('diff.actual')}</dt>
              <dd className={classes.actual}>
                <Value value={field.actual} />
              </dd>
              {hasRecorded(props) && (
                <>
                  <dt>{t('diff.recorded')}</dt>
                  <dd>
                    <Value value={field.recorded} />
                  </dd>
                </>
              )}
            </dl>
          )}
          {hasLines(field) && <LineDiffs field={field} kind={kind} />}
        </div>
      ))}
    </>
  );
}

/**
 * The differing fields of a resource: what code or the platform wants, what
 * really is and, where there is such a state, what it recorded. Below 600 px the
 * values of a field stand below each other.
 */
export function FieldDiff(props: FieldDiffProps) {
  const narrow = useMediaQuery<Theme>(theme => theme.breakpoints.down('xs'));
  return narrow ? <FieldList {...props} /> : <FieldTable {...props} />;
}
