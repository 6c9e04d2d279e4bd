// Command kubernetes-1.25 asks Kubernetes 1.25's own code whether it takes our CustomResourceDefinition (structural schema,
// CEL rules, cost budget), whether it judges every example as expected, and whether it knows every field of what is rendered.
//
//	go run . CRD.yaml EXAMPLES.yaml MANIFESTS.yaml …
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/install"
	v1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	crdvalidation "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/runtime"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"
)

// example is one entry of the examples file; `refused` is a part of the expected message, empty for a good one.
type example struct {
	Name       string          `json:"name"`
	ObjectName string          `json:"objectName"`
	Spec       json.RawMessage `json:"spec"`
	Was        json.RawMessage `json:"was"`
	Refused    string          `json:"refused"`
}

// object is the whole TrinoCluster around a spec. Whole numbers become int64, as in the API server's own decoder.
func (e example) object(spec json.RawMessage) map[string]interface{} {
	fields := map[string]interface{}{}
	must(utiljson.Unmarshal(spec, &fields))
	name := e.ObjectName
	if name == "" {
		name = "lakehouse"
	}
	return map[string]interface{}{
		"apiVersion": "trino.trino-operator.io/v1alpha1",
		"kind":       "TrinoCluster",
		"metadata":   map[string]interface{}{"name": name},
		"spec":       fields,
	}
}

func main() {
	crd := readCRD(os.Args[1])
	if errs := crdvalidation.ValidateCustomResourceDefinition(context.Background(), crd); len(errs) > 0 {
		for _, err := range errs {
			fmt.Println("CRD:", err)
		}
		os.Exit(1)
	}
	fmt.Println("Kubernetes 1.25 takes the CustomResourceDefinition")
	if failed := judge(crd, readExamples(os.Args[2])); failed > 0 {
		fmt.Println(failed, "examples are judged otherwise than expected")
		os.Exit(1)
	}
	if failed := unknownFields(os.Args[3:]); failed > 0 {
		fmt.Println(failed, "rendered objects have a field that Kubernetes 1.25 does not know")
		os.Exit(1)
	}
}

func readCRD(path string) *apiextensions.CustomResourceDefinition {
	scheme := runtime.NewScheme()
	install.Install(scheme)
	external := &v1.CustomResourceDefinition{}
	must(yaml.UnmarshalStrict(read(path), external))
	scheme.Default(external)
	internal := &apiextensions.CustomResourceDefinition{}
	must(scheme.Convert(external, internal, nil))
	internal.Status.StoredVersions = []string{external.Spec.Versions[0].Name}
	return internal
}

func readExamples(path string) []example {
	var examples []example
	must(yaml.UnmarshalStrict(read(path), &examples))
	return examples
}

func judge(crd *apiextensions.CustomResourceDefinition, examples []example) int {
	openAPI := schemaOf(crd)
	structural, err := schema.NewStructural(openAPI.OpenAPIV3Schema)
	must(err)
	validator, _, err := validation.NewSchemaValidator(openAPI)
	must(err)
	rules := cel.NewValidator(structural, true, cel.PerCallLimit)
	failed := 0
	for _, example := range examples {
		object := example.object(example.Spec)
		defaulting.Default(object, structural)
		errs := validation.ValidateCustomResource(nil, object, validator)
		var was interface{}
		if example.Was != nil {
			previous := example.object(example.Was)
			defaulting.Default(previous, structural)
			was = previous
		}
		ruleErrs, _ := rules.Validate(context.Background(), nil, structural, object, was, cel.RuntimeCELCostBudget)
		errs = append(errs, ruleErrs...)
		if !asExpected(errs, example.Refused) {
			failed++
			fmt.Printf("%s: expected %q, got %v\n", example.Name, example.Refused, errs)
		}
	}
	fmt.Println(len(examples)-failed, "examples are judged as expected")
	return failed
}

func schemaOf(crd *apiextensions.CustomResourceDefinition) *apiextensions.CustomResourceValidation {
	if crd.Spec.Validation != nil {
		return crd.Spec.Validation
	}
	return crd.Spec.Versions[0].Schema
}

func asExpected(errs field.ErrorList, refused string) bool {
	if refused == "" {
		return len(errs) == 0
	}
	for _, err := range errs {
		if strings.Contains(err.Error(), refused) {
			return true
		}
	}
	return false
}

func read(path string) []byte {
	content, err := os.ReadFile(path)
	must(err)
	return content
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
