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

import { RemediationEvent } from '@infra-hub/backstage-plugin-drift-common';
import { makeStyles } from '@material-ui/core/styles';
import { TimeAgo, useTimeWords } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';
import { useRemediationWords, Who } from './words';

const useStyles = makeStyles(
  theme => ({
    root: { margin: 0, paddingLeft: theme.spacing(2.5) },
    event: { marginBottom: theme.spacing(0.5), overflowWrap: 'anywhere' },
    time: { color: theme.palette.text.secondary },
  }),
  { name: 'DriftEventList' },
);

/** Every step of a remediation: what, who, when and why. */
export function EventList(props: { events: RemediationEvent[] }) {
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const words = useRemediationWords();
  const times = useTimeWords();
  const keyed = props.events.map((event, index) => ({ ...event, index }));
  return (
    <ol className={classes.root} aria-label={t('remediations.history')}>
      {keyed.map(({ index, at, to, by, from, note }) => (
        <li key={index} className={classes.event}>
          {t('remediations.event', {
            state: from ? words.state(to) : t('remediations.requested'),
            who: <Who who={by} />,
          })}
          <span className={classes.time} title={times.absolute(at)}>
            {' · '}
            <TimeAgo iso={at} />
          </span>
          {note && <div>{note}</div>}
        </li>
      ))}
    </ol>
  );
}
