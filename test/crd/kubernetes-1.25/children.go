package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes/scheme"
)

// unknownFields decodes every object that a TrinoCluster becomes with Kubernetes 1.25's own types, strictly: a kind or a field that
// it does not know is an error, where its API server would drop the field without a word.
func unknownFields(paths []string) int {
	decoder := serializer.NewCodecFactory(scheme.Scheme, serializer.EnableStrict).UniversalDeserializer()
	objects, failed := 0, 0
	for _, path := range paths {
		documents := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(read(path))))
		for {
			document, err := documents.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			must(err)
			if len(bytes.TrimSpace(document)) == 0 {
				continue
			}
			objects++
			if _, _, err := decoder.Decode(document, nil, nil); err != nil {
				failed++
				fmt.Printf("%s: %v\n", path, err)
			}
		}
	}
	fmt.Println(objects-failed, "rendered objects have only what Kubernetes 1.25 knows")
	return failed
}
