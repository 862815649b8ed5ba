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

import { HumanDuration } from '@backstage/types';

export interface Config {
  drift?: {
    /** Comparison of tenants on Kubernetes with their desired state. */
    kubernetes?: {
      /**
       * Clusters that tenants run on. Those of Backstage's own
       * `kubernetes.clusterLocatorMethods` of type `config` with the authentication
       * `serviceAccount` are known, too; of two with one name the one here counts.
       * Each needs exactly one of `kubeconfig`, `inCluster` and `url`.
       */
      clusters?: Array<{
        /** Name by which tenants refer to the cluster. */
        name: string;
        /**
         * Kubeconfig file, read anew for every scan. Programs that it names for
         * signing in are run by the backend.
         */
        kubeconfig?: string;
        /** Context of the kubeconfig file. Default: its current one. */
        context?: string;
        /** The cluster that the backend itself runs in, by its service account. */
        inCluster?: boolean;
        /** Address of the API server. */
        url?: string;
        /**
         * Token of a service account, for `url`.
         * @visibility secret
         */
        token?: string;
        /** Base64 of the certificate of the authority that signed the server's, for `url`. */
        caData?: string;
        /** Trust any certificate, for `url`. Whoever is on the way then gets the token. */
        skipTLSVerify?: boolean;
        /**
         * Credentials by which drift is repaired on this cluster, so that those of
         * scans only need to read. Default: those of scans.
         */
        remediation?: {
          /** Kubeconfig file, read anew each time. */
          kubeconfig?: string;
          /** Context of the kubeconfig file. Default: its current one. */
          context?: string;
          /** The service account of the backend itself. */
          inCluster?: boolean;
          /** Address of the API server. Default: that of the cluster, for `token`. */
          url?: string;
          /**
           * Token of a service account that may write.
           * @visibility secret
           */
          token?: string;
          /** Base64 of the certificate authority, for `url`. */
          caData?: string;
          /** Trust any certificate, for `url`. */
          skipTLSVerify?: boolean;
        };
        /**
         * Tenants that may be looked at on this cluster; `*` stands for any text.
         * Default, with `clients` absent as well: all that `allowedNamespaces` lets.
         */
        tenants?: string[];
        /** Clients whose tenants may be looked at on this cluster, too. */
        clients?: string[];
      }>;

      /**
       * Which namespaces annotations of catalog entities may have looked at.
       * Allowed is what any entry allows. Default: none.
       */
      allowedNamespaces?: Array<{
        /** Ids of tenants; `*` stands for any text. Default: all. */
        tenants?: string[];
        /** Clients; `*` stands for any text. Default: all, and tenants without one. */
        clients?: string[];
        /** Names of clusters; `*` stands for any text. Default: all. */
        clusters?: string[];
        /**
         * Namespaces; `*` stands for any text, `{tenant}` and `{client}` for those
         * of the entity. The author of an entity writes both.
         */
        namespaces: string[];
      }>;

      /** Tenants that no catalog entity declares. They need no entry in `allowedNamespaces`. */
      tenants?: Array<{
        /** Id of the tenant, unique for its client. */
        id: string;
        /** Client that the infrastructure belongs to. */
        client?: string;
        /** Name of a configured cluster. Default: the only one there is. */
        cluster?: string;
        /** Namespaces of the tenant. */
        namespaces: string[];
        /** Cron expression or ISO 8601 duration. Default: the schedule of the drift plugin. */
        schedule?: string;
        /** Catalog entities that the tenant belongs to. */
        entityRefs?: string[];
        /** Link to the manifests, shown with the tenant. */
        codeUrl?: string;
      }>;

      /**
       * Kinds to read, of: Deployment, StatefulSet, DaemonSet, Service, ConfigMap,
       * Secret, Ingress, NetworkPolicy, HorizontalPodAutoscaler,
       * PersistentVolumeClaim, ServiceAccount, CronJob. Default: all of them.
       */
      kinds?: string[];

      /** Whether existence, type and key names of Secrets are looked at. Default: true. */
      readSecrets?: boolean;

      /**
       * Field managers by which your platform writes, e.g. of its pipeline or
       * GitOps controller: what they set is not drift. Default: `platform`.
       */
      platformManagers?: string[];

      /** How drift is repaired. */
      remediation?: {
        /**
         * Field manager under which drift is repaired. Default: `infra-hub-drift`.
         * Name your platform's own when it uses server-side apply without force,
         * because it would meet conflicts in the fields that were repaired.
         */
        fieldManager?: string;
      };

      /** How long looking at one tenant may take in all. Default: 5 minutes. */
      timeout?: HumanDuration | string;

      /** How long one request may take. Default: 30 seconds. */
      requestTimeout?: HumanDuration | string;

      /** Requests to a cluster at once, by each scan. Default: 6. */
      concurrency?: number;

      /** How big one answer, up to 500 objects, may be. Default: 64. */
      maxResponseMegabytes?: number;
    };
  };
}
