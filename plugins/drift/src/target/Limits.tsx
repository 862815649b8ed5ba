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

import { BlindSpot } from '@infra-hub/backstage-plugin-drift-common';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { Section } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';

const useStyles = makeStyles(
  theme => ({
    list: {
      margin: theme.spacing(0.5, 0, 0),
      paddingLeft: theme.spacing(2.5),
      overflowWrap: 'anywhere',
    },
  }),
  { name: 'DriftLimits' },
);

/** What a verdict does not cover, and what the scan warned of. */
export function Limits(props: { warnings: string[]; blindSpots: BlindSpot[] }) {
  const { warnings, blindSpots } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  return (
    <>
      {warnings.length > 0 && (
        <Section title={t('target.warnings')}>
          <ul className={classes.list}>
            {warnings.map(warning => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Section>
      )}
      {blindSpots.length > 0 && (
        <Section title={t('target.blindSpots')}>
          <Typography variant="body2" color="textSecondary">
            {t('target.blindSpotsHint')}
          </Typography>
          <ul className={classes.list}>
            {blindSpots.map(spot => (
              <li key={`${spot.scope} ${spot.reason}`}>
                <code>{spot.scope}</code>: {spot.reason}
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}
