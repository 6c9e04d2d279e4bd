#!/bin/sh
# Deploys the operator, removes it, or prints its manifests: hack/deploy.sh apply|delete|render [IMAGE]. The checkout is not edited.
set -eu
cd -- "$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)"
action=$1
image=${2:-trino-operator/trino-operator:dev}
namespace=trino-operator-system
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

# TrinoClusters go first, while there is an operator to drain them and to do what their retention policy says.
delete() {
  clusters=$(kubectl get trinoclusters.trino.trino-operator.io --all-namespaces --no-headers \
    -o custom-columns=NAMESPACE:.metadata.namespace,NAME:.metadata.name 2>/dev/null || true)
  if [ -n "$clusters" ]; then
    printf 'deleting every TrinoCluster first:\n%s\n' "$clusters"
    if ! kubectl delete trinoclusters.trino.trino-operator.io --all --all-namespaces --timeout=15m; then
      echo "A TrinoCluster is still there, so the operator stays to finish the work. See its status, then run make undeploy again." >&2
      exit 1
    fi
  fi
  kubectl delete --ignore-not-found -k "$overlay"
}

render_overlay
case $action in
  apply) apply ;;
  delete) delete ;;
  render) kubectl kustomize "$overlay" ;;
  *) echo "usage: hack/deploy.sh apply|delete|render [IMAGE]" >&2 && exit 2 ;;
esac
