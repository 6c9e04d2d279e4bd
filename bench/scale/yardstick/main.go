// The yardstick: the least that an operator on controller-runtime does for the same children.
//
// It applies every child of a TrinoCluster once, all of one cluster at the same time, without a client-side rate limit, and
// writes the status. It decides nothing, so no Go operator that does the same work is faster. What it watches and caches is
// what the Trino Operator watches and caches.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

const fieldManager = client.FieldOwner("yardstick")

var clusterKind = schema.GroupVersionKind{Group: "trino.trino-operator.io", Version: "v1alpha1", Kind: "TrinoCluster"}

func main() {
	template := flag.String("template", "", "file with the children of the cluster NAME in NAMESPACE, as a JSON list")
	concurrency := flag.Int("concurrency", 10, "most reconciles at once")
	flag.Parse()
	log.SetLogger(zap.New(zap.WriteTo(os.Stderr)))
	if err := run(*template, *concurrency); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(template string, concurrency int) error {
	text, err := os.ReadFile(template)
	if err != nil {
		return err
	}
	config := ctrl.GetConfigOrDie()
	config.QPS = -1
	ours := cache.ByObject{Label: labels.SelectorFromSet(labels.Set{"app.kubernetes.io/managed-by": "trino-operator"})}
	kinds := []client.Object{
		&corev1.Pod{}, &corev1.Service{}, &corev1.ServiceAccount{}, &appsv1.StatefulSet{}, &appsv1.Deployment{},
		&batchv1.Job{}, &policyv1.PodDisruptionBudget{},
	}
	metadataOnly := []client.Object{&corev1.ConfigMap{}, &appsv1.ControllerRevision{}}
	byObject := map[client.Object]cache.ByObject{}
	for _, kind := range append(append([]client.Object{}, kinds...), metadataOnly...) {
		byObject[kind] = ours
	}
	manager, err := ctrl.NewManager(config, ctrl.Options{
		Cache:   cache.Options{ByObject: byObject, DefaultTransform: cache.TransformStripManagedFields()},
		Metrics: metricsserver.Options{BindAddress: "0"},
	})
	if err != nil {
		return err
	}
	cluster := &unstructured.Unstructured{}
	cluster.SetGroupVersionKind(clusterKind)
	controllers := ctrl.NewControllerManagedBy(manager).For(cluster).
		WithOptions(controller.Options{MaxConcurrentReconciles: concurrency})
	for _, kind := range kinds {
		controllers = controllers.Owns(kind)
	}
	for _, kind := range metadataOnly {
		controllers = controllers.Owns(kind, builder.OnlyMetadata)
	}
	reconciler := &reconciler{client: manager.GetClient(), cache: manager.GetCache(), template: string(text)}
	if err := controllers.Complete(reconciler); err != nil {
		return err
	}
	return manager.Start(ctrl.SetupSignalHandler())
}

type reconciler struct {
	client   client.Client
	cache    cache.Cache
	template string
	done     sync.Map
}

func (r *reconciler) Reconcile(ctx context.Context, request reconcile.Request) (reconcile.Result, error) {
	cluster := &unstructured.Unstructured{}
	cluster.SetGroupVersionKind(clusterKind)
	if err := r.cache.Get(ctx, request.NamespacedName, cluster); err != nil {
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	if _, done := r.done.Load(cluster.GetUID()); done {
		return reconcile.Result{}, nil
	}
	children, err := render(r.template, request.NamespacedName, cluster.GetUID())
	if err != nil {
		return reconcile.Result{}, err
	}
	group, groupContext := errgroup.WithContext(ctx)
	for _, child := range children {
		group.Go(func() error { return r.apply(groupContext, child) })
	}
	if err := group.Wait(); err != nil {
		return reconcile.Result{}, err
	}
	if err := r.client.Status().Patch(ctx, withStatus(cluster), client.MergeFrom(cluster)); err != nil {
		return reconcile.Result{}, err
	}
	r.done.Store(cluster.GetUID(), true)
	return reconcile.Result{}, nil
}

func (r *reconciler) apply(ctx context.Context, child *unstructured.Unstructured) error {
	return r.client.Apply(ctx, client.ApplyConfigurationFromUnstructured(child), client.ForceOwnership, fieldManager)
}

func render(template string, name types.NamespacedName, uid types.UID) ([]*unstructured.Unstructured, error) {
	text := strings.NewReplacer("NAMESPACE", name.Namespace, "NAME", name.Name, "UID", string(uid)).Replace(template)
	var contents []map[string]any
	if err := json.Unmarshal([]byte(text), &contents); err != nil {
		return nil, err
	}
	children := make([]*unstructured.Unstructured, len(contents))
	for index, content := range contents {
		children[index] = &unstructured.Unstructured{Object: content}
	}
	return children, nil
}

func withStatus(cluster *unstructured.Unstructured) *unstructured.Unstructured {
	changed := cluster.DeepCopy()
	changed.Object["status"] = map[string]any{
		"observedGeneration": cluster.GetGeneration(),
		"conditions": []any{map[string]any{
			"type": "Ready", "status": "False", "reason": "Measured", "message": "the yardstick has made the children",
			"lastTransitionTime": "2026-01-01T00:00:00Z", "observedGeneration": cluster.GetGeneration(),
		}},
	}
	return changed
}
