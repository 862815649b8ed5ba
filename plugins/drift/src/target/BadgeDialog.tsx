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
  discoveryApiRef,
  fetchApiRef,
  useApi,
  useRouteRef,
} from '@backstage/core-plugin-api';
import { ResponseError } from '@backstage/errors';
import { DriftTarget } from '@infra-hub/backstage-plugin-drift-common';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogContentText from '@material-ui/core/DialogContentText';
import DialogTitle from '@material-ui/core/DialogTitle';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import Skeleton from '@material-ui/lab/Skeleton';
import { useEffect, useState } from 'react';
import { Problem, Snippet, useTargetTitle } from '../display';
import { Loaded, useLoaded } from '../live';
import { targetRouteParams, targetRouteRef } from '../routes';
import { useDriftTranslation } from '../useDriftTranslation';

const useStyles = makeStyles(
  theme => ({
    preview: { margin: theme.spacing(0, 0, 2), minHeight: 28 },
    image: { maxWidth: '100%', height: 20, display: 'block' },
  }),
  { name: 'DriftBadgeDialog' },
);

/** Where the badge is, and the picture itself. */
interface Badge {
  address: string;
  picture: Blob;
}

/** Loads the badge with the user's token, which a plain image would not send. */
function useBadge(target: DriftTarget): Loaded<Badge> {
  const discoveryApi = useApi(discoveryApiRef);
  const { fetch } = useApi(fetchApiRef);
  return useLoaded({
    key: target.id,
    scope: target.id,
    load: async signal => {
      const baseUrl = await discoveryApi.getBaseUrl('drift');
      const address = `${baseUrl}/targets/${encodeURIComponent(
        target.id,
      )}/badge.svg`;
      const response = await fetch(address, { signal });
      if (!response.ok) {
        throw await ResponseError.fromResponse(response);
      }
      return { address, picture: await response.blob() };
    },
  });
}

function Picture(props: { picture: Blob; description: string }) {
  const { picture, description } = props;
  const classes = useStyles();
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const next = URL.createObjectURL(picture);
    setUrl(next);
    return () => URL.revokeObjectURL(next);
  }, [picture]);
  return url ? (
    <img className={classes.image} src={url} alt={description} />
  ) : null;
}

function BadgeContent(props: { target: DriftTarget }) {
  const { target } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const targetPath = useRouteRef(targetRouteRef)(targetRouteParams(target.id));
  const badge = useBadge(target);
  const title = useTargetTitle(target);
  const description = t('badge.image', { name: title });

  if (!badge.value) {
    return badge.error ? (
      <Problem error={badge.error} onRetry={badge.reload} />
    ) : (
      <Skeleton height={40} width={180} aria-label={t('badge.loading')} />
    );
  }
  const page = new URL(targetPath, window.location.origin);
  const markdown = `[![${description}](${badge.value.address})](${page})`;
  return (
    <>
      <Typography variant="subtitle2" component="h3">
        {t('badge.preview')}
      </Typography>
      <div className={classes.preview}>
        <Picture picture={badge.value.picture} description={description} />
      </div>
      <Typography variant="subtitle2" component="h3">
        {t('badge.markdown')}
      </Typography>
      <Snippet
        text={markdown}
        label={t('badge.copy')}
        done={t('badge.copied')}
      />
      <Typography variant="body2" color="textSecondary">
        {t('badge.visibility')}
      </Typography>
    </>
  );
}

/** Shows the status badge of a target and how to embed it. */
export function BadgeDialog(props: {
  target: DriftTarget;
  open: boolean;
  onClose(): void;
}) {
  const { target, open, onClose } = props;
  const title = useTargetTitle(target);
  const { t } = useDriftTranslation();
  return (
    <Dialog
      open={open}
      onClose={onClose}
      fullWidth
      aria-labelledby="drift-badge-title"
    >
      <DialogTitle id="drift-badge-title">{t('badge.title')}</DialogTitle>
      <DialogContent>
        <DialogContentText>
          {t('badge.text', { name: title })}
        </DialogContentText>
        <BadgeContent target={target} />
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t('badge.close')}</Button>
      </DialogActions>
    </Dialog>
  );
}
