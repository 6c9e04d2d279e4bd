#!/bin/sh
# Deploys the operator, removes it, or prints its manifests: hack/deploy.sh apply|delete|render [IMAGE]; or removes the CRD alone:
# hack/deploy.sh uninstall. The checkout is not edited.
set -eu
cd -- "$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)"
action=$1
image=${2:-trino-operator/trino-operator:dev}
namespace=trino-operator-system
clusters=trinoclusters.trino.trino-operator.io
finalizer=trino.trino-operator.io/cleanup
# How long the deletion of all TrinoClusters may take: each drains for at most five minutes.
timeout=${UNDEPLOY_TIMEOUT:-15m}
overlay=$(mktemp -d "${TMPDIR:-/tmp}/trino-operator-deploy-XXXXXX")
trap 'rm -rf "$overlay"' EXIT

kubectl() { hack/kubectl.sh "$@"; }

# A name may hold a registry with a port, so the tag is what follows a colon after the last slash.
image_of_overlay() {
  name=${image%@*}
  tag=
  case ${name##*/} in
    *:*) tag=${name##*:} name=${name%:*} ;;
  esac
  echo "  - name: trino-operator/trino-operator"
  echo "    newName: \"$name\""
  case $image in
    *@*) echo "    digest: \"${image#*@}\"" ;;
    *) echo "    newTag: \"${tag:-latest}\"" ;;
  esac
}

render_overlay() {
  # A copy, because kustomize takes no absolute paths.
  cp -R config "$overlay/config"
  {
    echo "apiVersion: kustomize.config.k8s.io/v1beta1"
    echo "kind: Kustomization"
    echo "resources: [config/default]"
    echo "images:"
    image_of_overlay
  } >"$overlay/kustomization.yaml"
}

apply() {
  kubectl apply --server-side --force-conflicts -k "$overlay"
  echo "waiting for the operator ($image)"
  attempts=90
  while [ "$attempts" -gt 0 ]; do
    if kubectl -n "$namespace" rollout status deployment/trino-operator --timeout=2s >/dev/null 2>&1; then
      echo "the operator runs; try: kubectl apply -f config/samples/trino_v1alpha1_trinocluster.yaml"
      return
    fi
    explain_pod
    attempts=$((attempts - 1))
  done
  kubectl -n "$namespace" get pods,events >&2 || true
  echo "The operator is not ready after three minutes; above is what Kubernetes says." >&2
  exit 1
}

# What keeps a pod of the newest ReplicaSet from starting, where waiting would not help.
explain_pod() {
  reasons=$(kubectl -n "$namespace" get pods -l app.kubernetes.io/component=operator \
    -o jsonpath='{range .items[*].status.containerStatuses[*]}{.image}={.state.waiting.reason}{"\n"}{end}' 2>/dev/null || true)
  case $reasons in
    *"$image="ErrImageNeverPull* | *"$image="ImagePullBackOff* | *"$image="InvalidImageName*)
      cat >&2 <<TEXT
The cluster cannot get the image $image. Either
  - build and push it:        make docker-build docker-push deploy IMG=registry.example.com/trino-operator:1.0
  - or build and load it:     make docker-build IMG=$image
      into kind:              kind load docker-image $image
      into minikube:          minikube image load $image
      into the local cluster: make cluster-load IMG=$image (needs no Docker)
  and then deploy again:      make deploy IMG=$image
TEXT
      exit 1
      ;;
    *"$image="CrashLoopBackOff*)
      echo "The operator crashes; the end of its log:" >&2
      kubectl -n "$namespace" logs deployment/trino-operator --previous --tail=20 >&2 || true
      exit 1
      ;;
  esac
}

# A list that could not be had is no empty list: the CRD would go, and every TrinoCluster with it.
list_clusters() {
  crd=$(kubectl get customresourcedefinition "$clusters" --ignore-not-found -o name)
  if [ -n "$crd" ]; then
    kubectl get "$clusters" --all-namespaces -o go-template='{{range .items}}{{.metadata.namespace}} {{.metadata.name}} {{.metadata.finalizers}}{{"\n"}}{{end}}'
  fi
}

names_of() { cut -d ' ' -f 1,2; }

# TrinoClusters go first, while there is an operator to drain them and to do what their retention policy says.
delete() {
  present=$(list_clusters)
  if [ -n "$present" ]; then
    require_operator "$(printf '%s\n' "$present" | grep -F "$finalizer" | names_of)"
    printf 'deleting every TrinoCluster first, for at most %s:\n%s\n' "$timeout" "$(printf '%s\n' "$present" | names_of)"
    kubectl delete "$clusters" --all --all-namespaces --timeout="$timeout" || true
    left=$(list_clusters)
    if [ -n "$left" ]; then
      kubectl get "$clusters" --all-namespaces >&2 || true
      printf 'Still there, so the operator stays to finish the work. See their status and finalizers, then run make undeploy again:\n%s\n' "$left" >&2
      exit 1
    fi
  fi
  # Before its rights go, so that it can give its lease back.
  kubectl -n "$namespace" delete deployment trino-operator --ignore-not-found --cascade=foreground --timeout=2m
  kubectl delete --ignore-not-found -k "$overlay"
}

# $1: the clusters that wait for an operator before they can go, one "NAMESPACE NAME" a line. Nothing has been deleted yet.
require_operator() {
  [ -n "$1" ] || return 0
  ready=$(kubectl -n "$namespace" get deployment trino-operator --ignore-not-found -o jsonpath='{.status.readyReplicas}')
  [ "${ready:-0}" = 0 ] || return 0
  {
    echo "No operator runs in $namespace, and these TrinoClusters would wait for one for ever. Nothing was deleted."
    echo "Either deploy it again, and then undeploy:"
    echo "  make deploy IMG=$image"
    echo "or do without it, and then undeploy; workers are then stopped without a drain, and what retentionPolicy Delete would remove stays:"
    printf '%s\n' "$1" | while read -r in name; do
      echo "  kubectl -n $in patch trinocluster $name --type merge -p '{\"metadata\":{\"finalizers\":null}}'"
    done
  } >&2
  exit 1
}

uninstall() {
  present=$(list_clusters)
  if [ -n "$present" ]; then
    printf 'There are TrinoClusters, and they would all go with the CRD. Delete them first:\n%s\n' "$(printf '%s\n' "$present" | names_of)" >&2
    exit 1
  fi
  kubectl delete --ignore-not-found -k config/crd
}

render_overlay
case $action in
  apply) apply ;;
  delete) delete ;;
  render) kubectl kustomize "$overlay" ;;
  uninstall) uninstall ;;
  *) echo "usage: hack/deploy.sh apply|delete|render [IMAGE], or hack/deploy.sh uninstall" >&2 && exit 2 ;;
esac
