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

/** A controller and the fields that are its business. */
export interface KnownController {
  /** Of the field manager. */
  manager: RegExp;
  /** Labels of the fields that it may write. */
  fields: RegExp;
  /** Resource types; any where there are none. */
  kinds?: readonly string[];
  /** One sentence. */
  reason: string;
}

const BOOKKEEPING = /^(?:template\.)?(?:labels|annotations)\[/;

/**
 * Controllers that write into objects of others, by the names with which they
 * register as field managers. What they write outside of their business is drift
 * like anybody else's.
 */
export const KNOWN_CONTROLLERS: readonly KnownController[] = [
  {
    manager: /^(?:kube-controller-manager|horizontal-pod-autoscaler)$/,
    fields:
      /^(?:replicas|volumeName|clusterIPs?|ipFamil.*|secrets.*|nodePort.*)$/,
    reason: 'A controller of Kubernetes itself wrote it.',
  },
  {
    manager:
      /^(?:kube-controller-manager|deployment-controller|kube-scheduler|kubelet|kube-apiserver.*|cluster-autoscaler)$/,
    fields: BOOKKEEPING,
    reason: 'A controller of Kubernetes itself keeps its books there.',
  },
  {
    manager:
      /^(?:cloud-controller-manager|service-controller|gcp-controller-manager|metallb.*|kube-vip.*|cilium-.*)$/,
    kinds: ['Service'],
    fields:
      /^(?:(?:labels|annotations)\[.*|loadBalancerIP|externalIPs|ports\[.*\]\.nodePort|healthCheckNodePort)/,
    reason: 'The controller of load balancers wrote it.',
  },
  {
    manager: /^(?:cert-manager|cert-manager-.*|cainjector)$/,
    fields:
      /^(?:(?:labels|annotations)\[(?:.*\.)?(?:cert-manager\.io|acme\.cert-manager\.io)\/|data\[|.*caBundle)/,
    reason: 'cert-manager keeps certificates and its notes up to date.',
  },
  {
    manager:
      /^(?:nginx-ingress-controller|ingress-nginx.*|traefik|haproxy-ingress|aws-load-balancer-controller|elbv2.*|alb-ingress.*|glbc|gke-.*|azure-application-gateway.*)$/,
    kinds: ['Ingress', 'Service'],
    fields: BOOKKEEPING,
    reason: 'The ingress controller keeps its notes there.',
  },
  {
    manager:
      /^(?:external-dns|external-secrets|sealed-secrets.*|secrets-store-csi.*|kubed|reflector|replicator)$/,
    fields: /^(?:(?:labels|annotations)\[|data\[)/,
    reason: 'An operator that keeps names or secrets in step wrote it.',
  },
  {
    manager:
      /^(?:istiod|istio-.*|pilot-discovery|sidecar-injector|linkerd-.*|proxy-injector|vault-agent-injector|vault-k8s)$/,
    fields:
      /^(?:(?:template\.)?(?:labels|annotations)\[|(?:init)?containers\[|volumes\[|.*\.(?:env|volumeMounts)\[|.*caBundle|data\[)/i,
    reason: 'The service mesh or secret injector wrote it.',
  },
  {
    manager:
      /^(?:vpa-(?:updater|recommender|admission-controller)|goldilocks.*)$/,
    fields: /^(?:init)?containers\[[^\]]*\]\.resources\./i,
    reason: 'The Vertical Pod Autoscaler sizes the containers.',
  },
  {
    manager: /^(?:keda|keda-operator|wpa-controller)$/,
    fields: /^(?:replicas$|(?:labels|annotations)\[)/,
    reason: 'The autoscaler (KEDA) wrote it.',
  },
  {
    manager: /^(?:Reloader|reloader|stakater.*)$/,
    fields:
      /^(?:template\.annotations\[reloader\.stakater\.com\/|containers\[[^\]]*\]\.env\[STAKATER_)/,
    reason: 'Reloader restarts pods this way when their configuration changes.',
  },
  {
    manager: /^(?:argo-rollouts.*|rollouts-controller|flagger)$/,
    fields:
      /^(?:replicas$|selector\[rollouts-pod-template-hash\]|(?:labels|annotations)\[|rules|.*weight)/,
    reason: 'The controller of progressive roll-outs wrote it.',
  },
];

/** Fields that only bookkeeping controllers write, told by their name. */
export interface KnownField {
  label: RegExp;
  reason: string;
}

export const CONTROLLER_FIELDS: readonly KnownField[] = [
  {
    label:
      /^annotations\[(?:pv\.kubernetes\.io\/(?:bind-completed|bound-by-controller|provisioned-by)|volume(?:\.beta)?\.kubernetes\.io\/(?:storage-provisioner|selected-node|storage-resizer))\]$/,
    reason: 'Kubernetes notes there how a claim was bound.',
  },
  {
    label:
      /^annotations\[cert-manager\.io\/(?:alt-names|certificate-name|common-name|ip-sans|issuer-group|issuer-kind|issuer-name|uri-sans|email-sans|subject-[a-z]+|next-private-key)\]$/,
    reason: 'cert-manager notes there where a certificate came from.',
  },
  {
    label: /^labels\[controller\.cert-manager\.io\/fao\]$/,
    reason: 'cert-manager marks its secrets.',
  },
  {
    label:
      /^(?:annotations\[meta\.helm\.sh\/release-(?:name|namespace)\]|labels\[helm\.sh\/chart\])$/,
    reason: 'Helm notes there which release an object belongs to.',
  },
  {
    label:
      /^annotations\[(?:ingress\.kubernetes\.io\/(?:backends|forwarding-rule|target-proxy|url-map|https-.*|ssl-cert)|cloud\.google\.com\/neg-status|networking\.gke\.io\/.*-status)\]$/,
    reason: 'The load balancer notes there what it made.',
  },
  {
    label:
      /^annotations\[(?:field\.cattle\.io|cattle\.io|lifecycle\.cattle\.io)\/.*\]$/,
    reason: 'Rancher keeps its notes there.',
  },
  {
    label: /^labels\[kubernetes\.io\/metadata\.name\]$/,
    reason: 'Kubernetes labels every namespace with its name.',
  },
  {
    label:
      /^template\.labels\[(?:batch\.kubernetes\.io\/)?(?:controller-uid|job-name)\]$/,
    reason: 'Kubernetes labels the pods of a job.',
  },
  {
    label: /^labels\[endpointslice\.kubernetes\.io\/managed-by\]$/,
    reason: 'Kubernetes marks what it manages.',
  },
];

/** What an injector adds to pods, and by what it is known that it was at work. */
export interface Injector {
  name: string;
  /** Labels of added fields. */
  fields: RegExp;
  /** A label or annotation on the object or its pods that asks for it or reports it. */
  mark: RegExp;
  /** Images of the added containers. */
  image: RegExp;
}

export const INJECTORS: readonly Injector[] = [
  {
    name: 'Istio',
    fields:
      /^(?:(?:initContainers|containers)\[istio-(?:proxy|init|validation)\]|volumes\[(?:istio-[a-z-]+|istiod-ca-cert|istio-ca-crl|workload-(?:socket|certs)|credential-socket)\]|(?:initContainers|containers)\[[^\]]*\]\.volumeMounts\[\/(?:etc\/istio|var\/run\/secrets\/(?:istio|tokens|workload-spiffe)|var\/lib\/istio)[^\]]*\]|template\.(?:labels|annotations)\[(?:sidecar\.istio\.io|istio\.io|security\.istio\.io|service\.istio\.io|prometheus\.io|kubectl\.kubernetes\.io)\/(?:status|rev|tlsMode|canonical-(?:name|revision)|interceptionMode|path|port|scrape|default-(?:logs-)?container)\])$/,
    mark: /^(?:sidecar\.istio\.io\/|istio\.io\/rev$|istio-injection$|security\.istio\.io\/tlsMode$)/,
    image: /(?:^|\/)(?:istio\/)?proxyv2(?::|@|$)/,
  },
  {
    name: 'Linkerd',
    fields:
      /^(?:(?:initContainers|containers)\[linkerd-(?:proxy|init|network-validator|debug)\]|volumes\[linkerd-[a-z-]+\]|(?:initContainers|containers)\[[^\]]*\]\.volumeMounts\[\/var\/run\/(?:linkerd|secrets\/tokens)[^\]]*\]|template\.(?:labels|annotations)\[(?:linkerd\.io|config\.linkerd\.io|viz\.linkerd\.io)\/[^\]]*\])$/,
    mark: /^(?:config\.)?linkerd\.io\//,
    image:
      /(?:^|\/)(?:linkerd|linkerd2|linkerd-io)\/(?:proxy|proxy-init)(?::|@|$)/,
  },
  {
    name: 'Vault',
    fields:
      /^(?:(?:initContainers|containers)\[vault-agent(?:-init)?\]|volumes\[(?:home-(?:init|sidecar)|vault-secrets|vault-[a-z-]+)\]|(?:initContainers|containers)\[[^\]]*\]\.volumeMounts\[\/(?:vault\/secrets|home\/vault)[^\]]*\]|template\.annotations\[vault\.hashicorp\.com\/agent-inject-status\])$/,
    mark: /^vault\.hashicorp\.com\/agent-inject/,
    image: /(?:^|\/)(?:hashicorp\/)?vault(?:-enterprise|-k8s)?(?::|@|$)/,
  },
];

/** An object that appears without anybody asking for it. */
export interface ByProduct {
  kinds: readonly string[];
  name?: RegExp;
  /** `type` of a Secret. */
  type?: RegExp;
  /** A label or annotation of the object. */
  mark?: RegExp;
  reason: string;
}

export const BY_PRODUCTS: readonly ByProduct[] = [
  {
    kinds: ['ConfigMap'],
    name: /^(?:kube-root-ca\.crt|openshift-service-ca\.crt|istio-ca-root-cert|istio-ca-crl|linkerd-identity-trust-roots|linkerd-config)$/,
    reason:
      'The cluster or its mesh puts its certificates into every namespace.',
  },
  {
    kinds: ['ServiceAccount'],
    name: /^default$/,
    reason: 'Every namespace has a default service account.',
  },
  {
    kinds: ['Secret'],
    type: /^kubernetes\.io\/service-account-token$/,
    reason: 'The token of a service account is made by Kubernetes.',
  },
  {
    kinds: ['Secret', 'ConfigMap'],
    name: /^sh\.helm\.release\.v1\./,
    reason: 'Helm keeps its releases there.',
  },
  {
    kinds: ['Secret'],
    type: /^helm\.sh\/release\.v1$/,
    reason: 'Helm keeps its releases there.',
  },
  {
    kinds: ['Secret'],
    mark: /^cert-manager\.io\/(?:certificate-name|next-private-key)$/,
    reason: 'cert-manager made this secret for a certificate.',
  },
  {
    kinds: ['Secret'],
    name: /^(?:default|builder|deployer)-(?:token|dockercfg)-[a-z0-9]+$/,
    reason: 'The cluster makes credentials of service accounts.',
  },
  {
    kinds: [
      'Endpoints',
      'EndpointSlice',
      'Event',
      'Lease',
      'PodMetrics',
      'ControllerRevision',
    ],
    reason: 'Kubernetes makes and removes these itself.',
  },
];
